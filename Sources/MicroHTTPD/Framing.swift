/// How a request's body is marked off.
struct Framing: Sendable, Equatable {
    /// The declared length in bytes; nil when there is none, or the body comes in chunks.
    var length: Int?
    var isChunked = false
    /// Whether the client sends the body only when told to go on.
    var awaitsContinue = false
    /// Whether the client asks to be told to go on, and has nothing to go on with.
    var ignoresExpectation = false

    var hasBody: Bool { isChunked || length ?? 0 > 0 }
}

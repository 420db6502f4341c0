/// An answer that isn't 101; the connection ends behind it.
struct DemoAnswer: Equatable, Sendable {
    let status: Int
    var body = ""
    /// Seconds.
    var retryAfter: Int?

    init(_ status: Int, _ body: String = "") {
        self.status = status
        self.body = body
    }

    init(_ refusal: DemoFaults.Refusal) {
        status = refusal.status
        retryAfter = refusal.retryAfter
    }
}

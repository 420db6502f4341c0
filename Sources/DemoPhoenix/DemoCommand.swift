/// What is done to a socket from outside.
enum DemoCommand: Equatable, Sendable {
    /// Frames that no Phoenix server sends.
    enum Garbage: String, CaseIterable {
        /// A text frame that isn't JSON.
        case text
        /// A text frame that isn't UTF-8.
        case utf8
        /// An array of two elements.
        case short
        /// A binary frame of an unknown kind.
        case binary
        /// A frame with a reserved bit and a reserved opcode.
        case frame
    }

    /// A close frame with this code.
    case close(UInt16)
    /// The server stops: 1012 with channels, 1000 without.
    case stop
    /// 1012, where there are channels; nothing where there are none (transcript `drain`).
    case drain
    /// The connection ends without a close frame (transcript `transport_killed`).
    case kill
    /// The connection stays, and nothing is read or written on it any more.
    case halfOpen
    case garbage(Garbage)
    case ping([UInt8])
    /// Ends a topic's channel, or every one with nil, by a crash (transcript `channel_killed`).
    case crash(topic: String?)
}

/// The bounds of a connection.
public struct ConnectionConfiguration: Sendable, Hashable {
    /// NIOWebSocket writes and reads no larger frame.
    private static let codecLimit = Int(UInt32.max)

    /// One deadline over DNS, TCP, the proxy, TLS and the upgrade.
    ///
    /// A server that accepts and never answers, or answers a byte at a time, would else hold on for ever.
    public var connectTimeout = Duration.seconds(10)
    /// Less than the 30 s at which some networks drop what is idle, and the server's own 60 s.
    public var heartbeatInterval = Duration.seconds(25)
    /// Bytes of a message, either way: of one frame, and of all fragments put together.
    ///
    /// 4 GiB at the most; what is more counts as that.
    /// Phoenix has no bound of its own by default; recorded replies have 256 KiB.
    public var maxFrameBytes = 8 * 1024 * 1024 {
        didSet { maxFrameBytes = min(max(maxFrameBytes, 0), Self.codecLimit) }
    }
    /// Bytes that wait to be sent to a server that reads too slowly; past it commands are refused.
    public var maxOutboxBytes = 16 * 1024 * 1024
    /// How long a server may take to answer a close frame.
    public var closeTimeout = Duration.seconds(5)

    /// Messages of a `PhoenixChannel` that wait to be read; past it its sequence ends with an error.
    public var maxBufferedMessages = 10_000

    public init() {}
}

/// The bounds of a connection.
public struct ConnectionConfiguration: Sendable, Hashable {
    /// RFC 6455 has frames of up to 2^63 bytes; none that a Phoenix server takes comes near 4 GiB.
    private static let codecLimit = Int(UInt32.max)

    /// One deadline over DNS, TCP, the proxy, TLS and the upgrade.
    ///
    /// A server that accepts and never answers, or answers a byte at a time, would else hold on for ever.
    public var connectTimeout = Duration.seconds(10)
    /// Less than the 30 s at which some networks drop what is idle, and the server's own 60 s.
    public var heartbeatInterval = Duration.seconds(25)
    /// How long the answer to a heartbeat may take.
    ///
    /// Longer than a slow join: the server's `join/3` holds up all that comes behind it on the socket, heartbeats too
    /// (transcript `join_slow_blocks_transport`).
    public var heartbeatTimeout = Duration.seconds(20)
    /// When to connect again; nil for never.
    public var reconnect: ReconnectPolicy? = ReconnectPolicy()
    /// When to join a channel again that crashed; nil for never.
    public var rejoin: RejoinPolicy? = RejoinPolicy()
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
    /// Events of a `PhoenixChannel` that wait to be read; past it the oldest go, and the reader is told how many.
    public var maxBufferedEvents = 10_000
    /// Bytes of their payloads, likewise: twice the largest frame by default.
    public var maxBufferedBytes = 16 * 1024 * 1024
    /// Pushes of a `PhoenixSocket` that wait for their topics to be joined; past it they are refused.
    public var maxQueuedPushes = 1_000

    /// With the values above.
    public init() {}
}

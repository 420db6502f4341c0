/// A socket of the recorded application: where it is mounted, and what it allows there.
enum DemoMount: String, CaseIterable {
    /// Phoenix's defaults.
    case socket
    /// Takes the token `secret`, as a parameter or as a bearer in the subprotocol (transcripts `connect_secure*`).
    case secure
    /// Closed after 1.5 seconds without a word from the client (transcripts `idle_timeout*`).
    case short
    /// Takes small frames only (transcript `ws_frame_too_big`).
    case small
    /// As many channels as anybody likes.
    case bulk
    /// Not drained when the server stops (transcripts `server_shutdown_*`).
    case nodrain

    /// Bytes of a message: more than any client of ours sends.
    static let maxMessageBytes = 16 * 1024 * 1024

    /// The mount of a path such as `/socket/websocket`, with or without a slash behind it.
    init?(path: some StringProtocol) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || (parts.count == 4 && parts[3].isEmpty), parts[0].isEmpty, parts[2] == "websocket"
        else { return nil }
        self.init(rawValue: String(parts[1]))
    }

    /// How long a client may say nothing; Phoenix's own bound is 60 seconds.
    var idleTimeout: Duration { self == .short ? .milliseconds(1_500) : .seconds(60) }

    var maxFrameBytes: Int { self == .small ? 64 * 1024 : Self.maxMessageBytes }

    /// Phoenix's own bound is 100 since 1.8.9 (transcript `join_max_channels`).
    var maxChannels: Int { self == .bulk ? .max : 100 }

    /// Whether a socket with channels is told 1012 when the server stops.
    var isDrained: Bool { self != .nodrain }

    var needsToken: Bool { self == .secure }
}

import Gateway
import Logging
import MicroHTTPD
import PhoenixChannels

extension Setting {
    /// The setting with a key.
    package static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

    /// Every setting, in the order in which they are shown.
    package static let all = listening + proxies + access + requests + sessions + logs + calls + upstreams + running

    private static let listening = [
        value(
            "host", \.server.host, "an IP address; without tokens_file or jwt_jwks one of 127.0.0.0/8, or ::1",
            "The address to listen on.", parse: { ListenAddress($0, port: 0) == nil ? nil : $0 }, show: { $0 }),
        count("port", \.server.port, 0...UInt16.max, "The port to listen on; 0 takes a free one."),
        count("workers", \.server.workers, 1...64, "Threads that read requests and write answers."),
        count(
            "max_connections", \.server.maxConnections, 1...1_000_000,
            "Clients' connections at once, as far as there are file descriptors for them."),
        count(
            "max_connections_per_address", \.server.maxConnectionsPerAddress, 0...1_000_000,
            "Connections from one address; 0 sets no limit, since behind a proxy all come from one."),
        count("backlog", \.server.backlog, 1...65_535, "Connections that the kernel holds until they are taken."),
        count(
            "reserved_descriptors", \.server.reservedDescriptors, 0...1_000_000,
            "File descriptors kept for what isn't a client's connection: upstream sockets, files."),
    ]

    private static let requests = [
        size("max_head", \.server.maxHeadBytes, 1_024...1_048_576, "A request's line and fields."),
        size("max_body", \.server.maxBodyBytes, 1_024...268_435_456, "A request's body."),
        size(
            "max_body_memory", \.server.maxBodiesBytes, 1_048_576...1_099_511_627_776,
            "What all bodies hold together that are not whole yet; past it they are 503."),
        size(
            "max_answer_memory", \.server.maxAnswersBytes, 1_048_576...1_099_511_627_776,
            "What all answers hold together that are not read yet; past it long reads are 503."),
        time("head_time", \.server.headTime, .milliseconds(100)...hour, "How long a request's head may take to come."),
        time("body_time", \.server.bodyTime, .milliseconds(100)...hour, "How long a request's body may take to come."),
        time(
            "answer_time", \.server.answerTime, .milliseconds(100)...hour,
            "How long a client may take to read an answer once it is there whole."),
        value(
            "keep_alive", \.keepAlive, "1s to 1h, in whole seconds",
            "How long a connection on which nothing happens is kept.",
            parse: { DurationText.parse($0).flatMap { isKeepAlive($0) ? $0 : nil } }, show: DurationText.format),
        count("max_waiters", \.server.maxWaiters, 1...1_000_000, "Requests that wait at once, streams among them."),
        time("max_wait", \.gateway.maxWait, .seconds(1)...hour, "The longest that a request may wait; more is less."),
        time(
            "default_wait", \.gateway.defaultWait, .zero...hour,
            "How long what awaits an answer waits when its request doesn't say."),
    ]

    private static let sessions = [
        count("max_sessions", \.gateway.maxSessions, 1...1_000_000, "Sessions at once, and clients of calls in all."),
        perPrincipal,
        count(
            "max_topics", \.gateway.maxTopics, 1...100_000, "Topics that a session remembers, left ones too."),
        time(
            "idle_timeout", \.gateway.defaultIdleTimeout, .seconds(1)...day,
            "A session that no request has asked for so long ends, unless its maker says otherwise."),
        time(
            "stream_heartbeat", \.gateway.streams.heartbeat, .seconds(1)...hour, "Between signs of life on a stream."),
        time("stream_lifetime", \.gateway.streams.lifetime, .seconds(1)...day, "A stream ends after so long."),
    ]

    private static let logs = [
        size(
            "max_log_memory", \.gateway.maxLogBytes, 1_048_576...1_099_511_627_776,
            "What the logs of all sessions hold together."),
        count(
            "log_max_entries", \.gateway.log.maxEntries, 1...10_000_000,
            "Entries of a session's log, unless its maker says otherwise; so with the next three."),
        size("log_max_bytes", \.gateway.log.maxBytes, 1_024...1_073_741_824, "Bytes of its entries."),
        time("log_max_age", \.gateway.log.maxAge, .seconds(1)...day, "How old an entry becomes."),
        choice("log_overflow", \.gateway.log.overflow, "What comes of an entry that the log has no room for."),
    ]

    private static let calls = [
        count("pool_max_clients", \.gateway.pool.maxClients, 1...100_000, "Clients of /call and /listen, a host."),
        time("pool_warm_time", \.gateway.pool.warmTime, .zero...hour, "How long one stays connected unused."),
        count("pool_max_waiting", \.gateway.pool.maxWaiting, 0...100_000, "Calls in line for a client, a host."),
    ]

    private static let upstreams = [
        list(
            "allow_uris", \.gateway.allowedUpstreams.entries,
            "none, or loopback, example.com, *.example.com, 10.0.0.0/8, fd00::/8, each with :port or without, or * for all",
            "Where a request's own uri may lead; a name only to global addresses, unless others are listed.",
            parse: { AllowedUpstream($0) }, show: { $0.description }),
        time(
            "connect_timeout", \.gateway.connection.connectTimeout, .milliseconds(100)...hour,
            "One deadline over name, TCP, TLS and upgrade."),
        time(
            "heartbeat_interval", \.gateway.connection.heartbeatInterval, .seconds(1)...hour,
            "Between heartbeats to an upstream, unless a session's maker says otherwise."),
        time(
            "heartbeat_timeout", \.gateway.connection.heartbeatTimeout, .seconds(1)...hour,
            "How long the answer to one may take."),
        size(
            "max_frame", \.gateway.connection.maxFrameBytes, 1_024...1_073_741_824,
            "A message from or to an upstream."),
        size(
            "max_outbox", \.gateway.connection.maxOutboxBytes, 1_024...1_073_741_824,
            "What waits for an upstream that reads too slowly."),
    ]

    private static let running = [
        choice("log_level", \.logLevel, "What is logged, to standard error."),
        choice("log_format", \.logFormat, "How: a line for people, or a JSON object a line."),
        flag("access_log", \.hasAccessLog, "Log a record for each request, at level notice."),
        value(
            "admin_host", \.adminHost, "a literal IPv4 or IPv6 address",
            "The address to listen on for health and metrics alone; whoever reaches it may see them.",
            parse: { ListenAddress($0, port: 0) == nil ? nil : $0 }, show: { $0 }),
        value(
            "admin_port", \.adminPort, "none, or a number from 0 to 65535",
            "The port for that; where there is one, /metrics is nowhere else.",
            parse: { text -> UInt16?? in text == noValue ? .some(nil) : UInt16(text).map(Optional.some) },
            show: { $0.map { "\($0)" } ?? noValue }),
        time(
            "drain_delay", \.drainDelay, .zero...hour,
            "How long it serves on after SIGTERM, with /readyz at 503, so that a balancer looks elsewhere first."),
        time(
            "drain_timeout", \.drainTimeout, .milliseconds(100)...hour,
            "From SIGTERM to the exit, the delay included; who waits is answered before."),
    ]

    private static let hour = Duration.seconds(3_600)
    private static let day = Duration.seconds(86_400)

    /// The server counts this time in seconds.
    private static func isKeepAlive(_ time: Duration) -> Bool {
        (.seconds(1)...hour).contains(time) && time.components.attoseconds == 0
    }
}

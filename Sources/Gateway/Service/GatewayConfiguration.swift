package import PhoenixChannels

/// What a gateway is run with; each bound with its reason.
package struct GatewayConfiguration: Sendable {
    /// Names this gateway in session ids, so that a proxy can route by them.
    package var node = "local"
    /// What all paths begin with.
    package var basePath = BasePath.root
    /// Whether requests that came through a proxy are served where there is no access control; not by default, as a proxy
    /// makes of anybody a caller on this machine.
    package var proxyDecidesAccess = false
    /// Where a request's own `uri` may lead.
    package var allowedUpstreams = AllowedUpstreams.loopback
    /// The operator's own upstreams, by the names that requests have for them.
    package var endpoints: [String: NamedEndpoint] = [:]
    /// Sessions at once, and clients of calls in all: each is a socket, a log of up to 8 MiB and some descriptors' worth of
    /// memory.
    package var maxSessions = 4_096
    /// Sessions and clients of calls of one principal, unless its quota says otherwise; 0 sets no limit.
    ///
    /// Nil for a fair share: of all these, and of each upstream's clients.
    package var maxSessionsPerPrincipal: Int?
    /// Topics that a session remembers, left ones too: ten times what an upstream takes on one socket by default.
    package var maxTopics = 1_000
    /// Requests a second of one principal, unless its quota says otherwise; 0 sets no limit.
    package var requestsPerSecond = 0
    /// Web origins whose pages may ask, as browsers write them: `https://app.example.com`.
    package var corsOrigins: [String] = []
    /// No request waits longer: proxies and clients often give up after 60 s.
    package var maxWait = Duration.seconds(55)
    /// What Slipstream awaits by default.
    package var defaultWait = Duration.seconds(5)
    package var defaultIdleTimeout = Duration.seconds(300)
    /// What a session's log keeps when its maker doesn't say.
    package var log = EventLog.Limits()
    /// Bytes that all logs hold together, by their entries' JSON: with what entries take beside it, half of a small
    /// machine's memory, and far less than every session's own bound allows.
    package var maxLogBytes = 512 * 1024 * 1024
    package var streams = StreamLimits()
    package var connection = ConnectionConfiguration()
    package var pool = ClientPool.Limits()
    /// Whether `/metrics` is among the rest, and not only at `Gateway.adminResponder`.
    package var servesMetrics = true

    package init() {}
}

/// Whose connection to an upstream it is that the log tells of.
struct UpstreamSubject: Sendable {
    /// What the connection is for.
    enum Use: Sendable {
        case session(SessionID)
        /// A client of `/call` and `/listen`.
        case call(SessionID)
        /// So many sessions and clients of calls share it.
        case shared(sessions: Int)
    }

    /// Where it leads, as a log may say it.
    enum Upstream: Sendable, Hashable {
        /// The operator's name for it.
        case endpoint(String)
        /// A request's own uri, without its query.
        case uri(String)
    }

    let use: Use
    let upstream: Upstream
    /// Empty for everybody.
    let principal: String
}

import PhoenixChannels

/// What sessions or calls must have in common to use one socket: compared as it was written.
struct ConnectionKey: Sendable, Hashable {
    let principal: String
    let uri: String
    let params: JSONText
    /// Names and values in turn, in the order in which they were written.
    let headers: [String]
    let authToken: AuthToken?
}

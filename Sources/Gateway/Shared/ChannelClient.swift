package import PhoenixChannels

/// What a session does its work with: a connection of its own, or its part in shared ones.
///
/// As with `Connection`, commands run on the caller's thread, which may hold its own lock, and events never come out of
/// one.
package protocol ChannelClient: AnyObject, Sendable {
    /// Decides to connect, as `Connection.opening` does.
    func opening() -> (@Sendable () -> Void)?
    /// Decides to disconnect, as `Connection.disconnecting` does.
    func disconnecting() -> (@Sendable () -> Void)?
    func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake
    /// Nil when the topic is left at once.
    func leave(_ topic: String) throws(CommandError) -> Wake?
    /// Whether the topic is joined, or is to be joined or left, as `Connection.has` has it.
    func has(_ topic: String) -> Bool
    func push(_ topic: String, event: String, payload: Payload) throws(CommandError) -> (ref: Ref, wake: Wake)
    /// The session keeps these pushes no more, as `Connection.untrack` has it.
    func untrack(_ refs: [Ref])
    /// The session keeps this push again, as `Connection.track` has it.
    func track(_ ref: Ref, on topic: String) -> Bool
    func close()
}

extension Connection: ChannelClient {}

import PhoenixChannels

/// How a session names its pushes: its epoch ahead of the wire's number, so that no other session's ref fits.
struct RefNames: Sendable {
    let epoch: String

    func name(_ ref: Ref) -> String { "\(epoch)-\(ref)" }

    /// The ref that a name stands for; nil when it isn't one of this session's.
    func ref(_ name: String) -> Ref? {
        guard let cursor = Cursor(name), cursor.epoch == epoch else { return nil }
        return Ref(cursor.sequence)
    }
}

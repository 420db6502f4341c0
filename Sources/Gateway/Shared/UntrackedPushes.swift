import PhoenixChannels

/// Whose pushes on a shared topic may be in flight that are not kept: nobody must hear the reply to another's.
struct UntrackedPushes {
    /// Up to which number each member has such pushes.
    private var through: [UInt64: Ref] = [:]
    /// Up to which number those had them who have left the topic.
    private var goneThrough: Ref?

    mutating func add(_ ref: Ref, of member: UInt64) { through[member] = max(through[member] ?? ref, ref) }

    /// The member leaves the topic, and hears nothing of its pushes any more; those up to `kept` were kept until now.
    mutating func leave(_ member: UInt64, keptThrough kept: Ref?) {
        for last in [through.removeValue(forKey: member), kept] {
            guard let last else { continue }
            goneThrough = max(goneThrough ?? last, last)
        }
    }

    /// The member who made this push; nil where several may have, or one who has left.
    func pusher(of ref: Ref) -> UInt64? {
        if let goneThrough, ref <= goneThrough { return nil }
        let members = through.filter { ref <= $0.value }.keys
        return members.count == 1 ? members.first : nil
    }
}

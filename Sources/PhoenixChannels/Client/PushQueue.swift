/// What a push does while its topic is not joined: while the connection is lost, or the channel is joined anew.
public enum UnjoinedPush: Sendable, Hashable {
    /// It fails at once; nothing is sent.
    case fail
    /// It waits until the topic is joined again, in line with others, and at most until its timeout.
    case wait
}

/// Pushes that wait for their topics to be joined, in order, and what those that were sent wait for.
struct PushQueue {
    struct Queued {
        let topic: String
        let event: String
        let payload: Payload
        let reply: Eventual<Reply>
    }

    /// Those that may wait: `ConnectionConfiguration.maxQueuedPushes`.
    private let maxQueued: Int
    private var queued: [Queued] = []
    private var replies: [Ref: Eventual<Reply>] = [:]
    private var refs: [ObjectIdentifier: Ref] = [:]

    init(maxQueued: Int) {
        self.maxQueued = maxQueued
    }

    var queuedCount: Int { queued.count }

    func isWaiting(_ topic: String) -> Bool { queued.contains { $0.topic == topic } }

    mutating func add(_ push: Queued) throws(CommandError) {
        guard queued.count < maxQueued else { throw .backlogged }
        queued.append(push)
    }

    /// Has a push that was taken wait again, behind those of its topic that already do so; it had its place before.
    mutating func putBack(_ push: Queued) { queued.append(push) }

    mutating func sent(_ ref: Ref, _ reply: Eventual<Reply>) {
        replies[ref] = reply
        refs[ObjectIdentifier(reply)] = ref
    }

    /// The reply has come, or never will.
    mutating func remove(_ ref: Ref) -> Eventual<Reply>? {
        guard let reply = replies.removeValue(forKey: ref) else { return nil }
        refs[ObjectIdentifier(reply)] = nil
        return reply
    }

    /// Takes those that waited for a topic.
    mutating func take(_ topic: String) -> [Queued] {
        defer { queued.removeAll { $0.topic == topic } }
        return queued.filter { $0.topic == topic }
    }

    mutating func takeAll() -> [Queued] {
        defer { queued = [] }
        return queued
    }

    /// Nobody waits for a reply any more.
    ///
    /// - Returns: whether the push was sent, and its ref while it is in flight.
    mutating func forget(_ reply: Eventual<Reply>) -> (wasSent: Bool, ref: Ref?) {
        if let index = queued.firstIndex(where: { $0.reply === reply }) {
            queued.remove(at: index)
            return (false, nil)
        }
        guard let ref = refs.removeValue(forKey: ObjectIdentifier(reply)) else { return (true, nil) }
        replies[ref] = nil
        return (true, ref)
    }
}

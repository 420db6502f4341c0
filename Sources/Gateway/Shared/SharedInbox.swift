import PhoenixChannels
import Synchronization

/// The events of one session's part in shared sockets, in order, whichever thread they come from, and what they say of its
/// topics.
///
/// A session goes from socket to socket. For it they are one connection: a topic that it had joined on an earlier one is
/// told as joined anew, and isn't lost for good because a further one goes, too.
final class SharedInbox: Sendable {
    fileprivate struct Topic {
        enum Standing {
            /// A join was asked for, and isn't answered.
            case wanted
            case joined
            /// Joined on a socket that the session has left: to be joined anew.
            case lost
        }

        var standing: Standing
        /// Topics are joined anew in the order in which they were asked for.
        let number: UInt64
    }

    fileprivate struct State {
        var events: [ConnectionEvent] = []
        /// Somebody hands events over, and will find those that are added meanwhile.
        var isDelivering = false
        weak var owner: SharedClient?
        /// As the session is told.
        var isConnected = false
        var topics: [String: Topic] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    private let deliver: @Sendable (SharedClient, [ConnectionEvent]) -> Void

    /// `deliver` is called by one thread at a time, with no lock held.
    init(deliver: @escaping @Sendable (SharedClient, [ConnectionEvent]) -> Void) {
        self.deliver = deliver
    }

    /// Whose events they are.
    func owner(_ owner: SharedClient) { state.withLock { $0.owner = owner } }

    // MARK: Topics

    /// Whether the last event that says so was that there is a connection.
    var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Topics that are to be joined, and may not be on any socket.
    var wanted: [String] {
        state.withLock { state in
            state.topics.filter { $0.value.standing != .joined }.sorted { $0.value.number < $1.value.number }.map(\.key)
        }
    }

    /// A join was asked for.
    ///
    /// - Returns: false when there is one already, or the topic is joined.
    func want(_ topic: String) -> Bool {
        state.withLock { state in
            guard state.topics[topic] == nil else { return false }
            state.lastNumber += 1
            state.topics[topic] = Topic(standing: .wanted, number: state.lastNumber)
            return true
        }
    }

    /// Whether the topic is joined, or a join of it was asked for and isn't answered.
    func has(_ topic: String) -> Bool { state.withLock { $0.topics[topic] != nil } }

    /// The topic is not to be joined any more.
    func forget(_ topic: String) { state.withLock { $0.topics[topic] = nil } }

    /// The socket that these topics were joined on is not the session's any more.
    func lose(_ topics: [String]) {
        state.withLock { state in for topic in topics { state.topics[topic]?.standing = .lost } }
    }

    // MARK: Events

    /// Adds events; `handOver` is to be called once no lock is held.
    func add(_ events: [ConnectionEvent]) {
        state.withLock { state in
            for event in events { state.add(event) }
        }
    }

    /// Hands over what there is, unless another thread does it.
    func handOver() {
        guard begin() else { return }
        while let (owner, events) = next() {
            if let owner { deliver(owner, events) }
        }
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isDelivering, !state.events.isEmpty else { return false }
            state.isDelivering = true
            return true
        }
    }

    private func next() -> (SharedClient?, [ConnectionEvent])? {
        state.withLock { state in
            guard !state.events.isEmpty else {
                state.isDelivering = false
                return nil
            }
            defer { state.events = [] }
            return (state.owner, state.events)
        }
    }
}

extension SharedInbox.State {
    fileprivate mutating func add(_ event: ConnectionEvent) {
        switch event {
        case .connected:
            isConnected = true
        case .connectFailed, .disconnected:
            isConnected = false
        case .joined(let topic, let response, let rejoin):
            let reason = topics[topic]?.standing == .lost ? rejoin ?? .reconnect : rejoin
            topics[topic]?.standing = .joined
            return events.append(.joined(topic: topic, response: response, rejoin: reason))
        case .joinFailed(let topic, let failure, let rejoin):
            let wasLost = topics[topic]?.standing == .lost
            // It is tried again on the next connection, as a rejoin is.
            if wasLost, failure == .lost(.disconnected) { return }
            topics[topic] = nil
            return events.append(
                .joinFailed(topic: topic, failure, rejoin: wasLost ? rejoin ?? .reconnect : rejoin))
        case .left(let topic), .topicClosed(let topic):
            topics[topic] = nil
        case .topicError, .message, .replied, .replyLost:
            break
        }
        events.append(event)
    }
}

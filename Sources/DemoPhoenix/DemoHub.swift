import NIOCore
import PhoenixChannels
import Synchronization

/// Every socket of a server, and who has joined which topic: for broadcasts, and for what is done to sockets from
/// outside.
final class DemoHub: Sendable {
    /// A socket, from any thread.
    struct Peer: Sendable {
        /// Counted over the server's life.
        let id: Int
        /// What "disconnect" is broadcast to.
        let name: String?
        /// Writes a broadcast; the frame is the message as serializer V2 has it.
        let deliver: @Sendable (Message, Frame) -> Void
        /// Does something to the socket, and says how many sockets or channels that concerned.
        let command: @Sendable (DemoCommand) -> EventLoopFuture<Int>
    }

    private struct State {
        var lastSocket: Int
        var sockets: [Int: Peer] = [:]
        var topics: [String: [Int: Peer]] = [:]

        mutating func leave(_ topic: String, _ id: Int) {
            topics[topic]?[id] = nil
            if topics[topic]?.isEmpty == true { topics[topic] = nil }
        }
    }

    private let state: Mutex<State>

    /// Counts on from a number, so that a restarted server's sockets have others than before.
    init(lastSocket: Int = 0) {
        state = Mutex(State(lastSocket: lastSocket))
    }

    /// A number for one more socket.
    func newSocket() -> Int {
        state.withLock { state in
            state.lastSocket += 1
            return state.lastSocket
        }
    }

    /// Knows a socket until its connection ends.
    func add(_ peer: Peer, until end: EventLoopFuture<Void>) {
        state.withLock { $0.sockets[peer.id] = peer }
        end.whenComplete { _ in self.state.withLock { _ = $0.sockets.removeValue(forKey: peer.id) } }
    }

    func join(_ topic: String, _ id: Int) {
        state.withLock { state in
            state.topics[topic, default: [:]][id] = state.sockets[id]
        }
    }

    func leave(_ topic: String, _ id: Int) {
        state.withLock { $0.leave(topic, id) }
    }

    /// Hands a message to all who have joined its topic, `excluded` left out, and says how many they are.
    @discardableResult
    func broadcast(_ message: Message, except excluded: Int?) -> Int {
        guard let frame = try? V2Serializer.encode(message, by: .server) else { return 0 }
        let receivers = state.withLock { state in (state.topics[message.topic] ?? [:]).sorted { $0.key < $1.key } }
            .filter { $0.key != excluded }
        for (_, peer) in receivers { peer.deliver(message, frame) }
        return receivers.count
    }

    /// The sockets of a name, or all, in the order in which they came; of those every `interval`-th.
    func peers(named name: String?, every interval: Int) -> [Peer] {
        state.withLock { $0.sockets.values.filter { name == nil || $0.name == name } }
            .sorted { $0.id < $1.id }
            .enumerated()
            .filter { ($0.offset + 1) % interval == 0 }
            .map(\.element)
    }
}

import PhoenixChannels
import Synchronization

/// Who has joined which topic, over all sockets of a server: for broadcasts.
final class DemoHub: Sendable {
    typealias Deliver = @Sendable ([Frame]) -> Void

    private struct State {
        var topics: [String: [Int: Deliver]] = [:]
        var lastSocket = 0
    }

    private let state = Mutex(State())

    /// A number for one more socket.
    func newSocket() -> Int {
        state.withLock { state in
            state.lastSocket += 1
            return state.lastSocket
        }
    }

    func join(_ topic: String, _ socket: Int, _ deliver: @escaping Deliver) {
        state.withLock { $0.topics[topic, default: [:]][socket] = deliver }
    }

    func leave(_ topic: String, _ socket: Int) {
        state.withLock { state in
            state.topics[topic]?[socket] = nil
            if state.topics[topic]?.isEmpty == true { state.topics[topic] = nil }
        }
    }

    /// Hands a message to all who have joined its topic, `excluded` left out.
    func broadcast(_ message: Message, except excluded: Int?) {
        guard let frame = try? V2Serializer.encode(message, by: .server) else { return }
        let receivers = state.withLock { state in (state.topics[message.topic] ?? [:]).sorted { $0.key < $1.key } }
        for (socket, deliver) in receivers where socket != excluded { deliver([frame]) }
    }
}

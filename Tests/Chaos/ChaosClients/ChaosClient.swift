import PhoenixChannels
import Synchronization

/// One client: a topic of its own, one shared with four others, one with all.
///
/// All is as it is by default, but for the durations of backoff and heartbeat. Every tenth client reads slowly, into a
/// small buffer, so that it is told of dropped events.
final class ChaosClient: Sendable {
    /// What backoff and heartbeat durations are divided by.
    private static let scale = 20
    private static let clientsAGroup = 5
    private static let clientsASlowReader = 10
    private static let slowReadersBuffer = 32

    let number: Int
    let socket: PhoenixSocket
    let load: Load
    let journal: Journal
    /// The first is its own.
    let channels: [PhoenixChannel]
    let readsSlowly: Bool
    /// Of each topic, the id of the last answered push of the settling.
    let markers = Mutex<[String: String]>([:])
    private let pushes = Atomic(0)

    init(_ number: Int, port: Int, _ load: Load, _ journal: Journal) async throws {
        self.number = number
        self.load = load
        self.journal = journal
        readsSlowly = number % Self.clientsASlowReader == 0
        var configuration = Self.configuration
        if readsSlowly { configuration.maxBufferedEvents = Self.slowReadersBuffer }
        socket = try await PhoenixSocket.connect(
            to: Endpoint(
                uri: "ws://127.0.0.1:\(port)/socket/websocket", params: JSONText(#"{"user_id":"\#(number)"}"#)),
            configuration: configuration)
        var channels: [PhoenixChannel] = []
        for topic in ["rooms:own-\(number)", "rooms:group-\(number / Self.clientsAGroup)", "rooms:all"] {
            let params = JoinParams(client: number)
            channels.append(try await socket.join(topic) { params.next() })
        }
        self.channels = channels
    }

    private static var configuration: ConnectionConfiguration {
        var configuration = ConnectionConfiguration()
        configuration.heartbeatInterval /= scale
        configuration.heartbeatTimeout /= scale
        var reconnect = ReconnectPolicy()
        reconnect.minDelay /= scale
        reconnect.maxDelay /= scale
        reconnect.stableAfter /= scale
        reconnect.maxRetryAfter /= scale
        configuration.reconnect = reconnect
        var rejoin = RejoinPolicy()
        rejoin.minDelay /= scale
        rejoin.maxDelay /= scale
        rejoin.stableAfter /= scale
        configuration.rejoin = rejoin
        return configuration
    }

    var isConnected: Bool {
        if case .connected = socket.status { true } else { false }
    }

    /// A new push's id.
    func nextID() -> String { "\(number)-\(pushes.add(1, ordering: .relaxed).newValue)" }

    /// Writes down how it is, and how many pushes there should be.
    func recordEnd() {
        journal.add(
            JournalEntry(
                client: number, kind: .final, count: pushes.load(ordering: .relaxed), isConnected: isConnected,
                markers: markers.withLock { $0 }))
    }
}

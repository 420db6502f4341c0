import PhoenixChannels
import Synchronization

@testable import Gateway

/// A connection that takes every command, for tests of a session's state by itself.
final class FakeClient: ChannelClient {
    /// What it was told to do, in words.
    private let commands = Mutex<[String]>([])
    /// Whether it has each topic.
    private let hasTopics: Bool

    init(hasTopics: Bool = false) { self.hasTopics = hasTopics }

    var asked: [String] { commands.withLock { $0 } }

    func opening() -> (@Sendable () -> Void)? { nil }
    func disconnecting() -> (@Sendable () -> Void)? { nil }

    func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake {
        commands.withLock { $0.append("join \(topic)") }
        return .none
    }

    func leave(_ topic: String) throws(CommandError) -> Wake? {
        commands.withLock { $0.append("leave \(topic)") }
        return Wake.none
    }

    func has(_ topic: String) -> Bool { hasTopics }

    func push(_ topic: String, event: String, payload: Payload) throws(CommandError) -> (ref: Ref, wake: Wake) {
        throw .notJoined
    }

    func untrack(_ refs: [Ref]) {}
    func track(_ ref: Ref, on topic: String) -> Bool { false }
    func close() {}
}

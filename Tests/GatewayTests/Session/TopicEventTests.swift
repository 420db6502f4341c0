import HTTPCore
import PhoenixChannels
import Testing

@testable import Gateway

/// What each event of the connection does to a topic in each state, and what of it is logged: api.md, "Model".
@Suite struct TopicEventTests {
    /// A topic, how it stands, and whether the connection joins it anew by itself.
    private static let states: [String: Topic] = {
        func topic(_ state: Topic.State, isRejoining: Bool = false, hasNext: Bool = false) -> Topic {
            var topic = Topic(state: state, params: .emptyObject)
            topic.isRejoining = isRejoining
            if hasNext { topic.next = Topic.NextJoin(params: .emptyObject, waiters: []) }
            return topic
        }
        return [
            "joining": topic(.joining), "rejoining": topic(.joining, isRejoining: true), "joined": topic(.joined),
            "leaving": topic(.leaving), "leaving to join": topic(.leaving, hasNext: true), "left": topic(.left),
            "closed": topic(.closed), "errored": topic(.errored), "crashed": topic(.errored, isRejoining: true),
            "rejected": topic(.rejected),
        ]
    }()

    private let time = LogTime(wall: 0, steady: 0)

    private static let no = JoinFailure.rejected(Reply(status: "error", response: .emptyObject))

    static let events: [(name: String, event: ConnectionEvent)] = [
        ("joined", .joined(topic: "t", response: .emptyObject, rejoin: nil)),
        ("joined anew", .joined(topic: "t", response: .emptyObject, rejoin: .reconnect)),
        ("refused", .joinFailed(topic: "t", no, rejoin: nil)),
        ("refused anew", .joinFailed(topic: "t", no, rejoin: .channelError)),
        ("join lost", .joinFailed(topic: "t", .lost(.channelCrashed), rejoin: nil)),
        ("left", .left(topic: "t")),
        ("closed", .topicClosed(topic: "t")),
        ("crashed", .topicError(topic: "t", payload: .emptyObject)),
    ]

    /// The state afterwards and what is logged, where either changes: what isn't here is left as it is, and not told.
    private static let outcomes: [String: [String: String]] = [
        "joined": [
            "joining": "joined: joined", "rejoining": "joined: joined", "joined": "joined: joined",
            "crashed": "joined: joined", "leaving": "leaving: joined", "leaving to join": "leaving to join: joined",
        ],
        "joined anew": [
            "joining": "joined: joined gap", "rejoining": "joined: joined gap", "joined": "joined: joined gap",
            "crashed": "joined: joined gap", "leaving": "leaving: joined gap",
            "leaving to join": "leaving to join: joined gap",
        ],
        "refused": [
            "joining": "rejected: join_failed", "rejoining": "rejected: join_failed",
            "crashed": "rejected: join_failed", "leaving": "leaving: join_failed",
            "leaving to join": "leaving to join: join_failed",
        ],
        "refused anew": [
            "joining": "rejected: join_failed gap", "rejoining": "rejected: join_failed gap",
            "crashed": "rejected: join_failed gap", "leaving": "leaving: join_failed gap",
            "leaving to join": "leaving to join: join_failed gap",
        ],
        "join lost": [
            "joining": "errored: join_failed", "rejoining": "errored: join_failed",
            "crashed": "errored: join_failed", "leaving": "leaving: join_failed",
            "leaving to join": "leaving to join: join_failed",
        ],
        "left": ["leaving": "left: left", "leaving to join": "joining: left"],
        "closed": [
            "rejoining": "closed: topic_closed", "joined": "closed: topic_closed", "crashed": "closed: topic_closed",
            "leaving": "leaving: topic_closed", "leaving to join": "leaving to join: topic_closed",
        ],
        "crashed": [
            "rejoining": "rejoining: topic_error", "joined": "crashed: topic_error", "crashed": "crashed: topic_error",
            "leaving": "leaving: topic_error", "leaving to join": "leaving to join: topic_error",
        ],
    ]

    /// The same where the connection has a join of the topic, and the event says that one has ended: it is of another.
    private static let outcomesOfAnother: [String: [String: String]] = [
        "refused": ["rejoining": "rejoining: join_failed", "crashed": "crashed: join_failed"],
        "refused anew": ["rejoining": "rejoining: join_failed gap", "crashed": "crashed: join_failed gap"],
        "join lost": ["rejoining": "rejoining: join_failed", "crashed": "crashed: join_failed"],
        "closed": ["rejoining": "rejoining: topic_closed", "crashed": "crashed: topic_closed"],
    ]

    private func state(_ topic: Topic?, _ client: FakeClient) throws -> SessionState {
        let spec = try SessionSpec.plain()
        var state = SessionState(
            id: .random(node: "n"), name: nil, basePath: .root, spec: spec,
            current: CurrentEndpoint(spec.endpoint, key: spec.parts.key), log: EventLog(epoch: "e"),
            meter: SessionMeter(), now: .zero)
        state.phase = .connected
        state.connection = client
        guard let topic else { return state }
        state.topics["t"] = topic
        state.topicOrder = ["t"]
        return state
    }

    private func word(_ topic: Topic?) -> String {
        guard let topic else { return "unknown" }
        switch topic.state {
        case .joining: return topic.isRejoining ? "rejoining" : "joining"
        case .errored: return topic.isRejoining ? "crashed" : "errored"
        case .leaving: return topic.next == nil ? "leaving" : "leaving to join"
        case .joined, .left, .closed, .rejected: return topic.state.rawValue
        }
    }

    private func outcome(
        of event: ConnectionEvent, in topic: Topic?, _ client: FakeClient
    ) throws -> String {
        var state = try state(topic, client)
        var effects = Effects()
        state.apply(event, at: time, &effects)
        let logged = state.log.read(after: 0, limit: 10, filter: LogFilter()).entries.map(\.kind.rawValue)
        return ([word(state.topics["t"]) + ":"] + logged).joined(separator: " ")
    }

    @Test(arguments: events) func whatAnEventDoesInEachState(_ name: String, _ event: ConnectionEvent) throws {
        for (before, topic) in Self.states {
            let expected = Self.outcomes[name]?[before] ?? "\(before):"
            #expect(try outcome(of: event, in: topic, FakeClient()) == expected, "\(name) while \(before)")
        }
        #expect(try outcome(of: event, in: nil, FakeClient()) == "unknown:")
    }

    @Test(arguments: outcomesOfAnother.keys.sorted())
    func theEndOfAnEarlierJoinIsNotThatOfTheOneThatStands(_ name: String) throws {
        let event = try #require(Self.events.first { $0.name == name }).event
        for (before, topic) in Self.states {
            let isLeaving = topic.state == .leaving
            let expected = (isLeaving ? Self.outcomes : Self.outcomesOfAnother)[name]?[before] ?? "\(before):"
            let outcome = try outcome(of: event, in: topic, FakeClient(hasTopics: true))
            #expect(outcome == expected, "\(name) while \(before)")
        }
    }

    @Test func theJoinThatWaitsForALeaveIsMadeOnceAndOnlyBehindLeft() throws {
        for (name, event) in Self.events {
            let client = FakeClient()
            var state = try state(Self.states["leaving to join"], client)
            var effects = Effects()
            state.apply(event, at: time, &effects)
            #expect(client.asked == (name == "left" ? ["join t"] : []), "\(name)")
            state.apply(.left(topic: "t"), at: time, &effects)
            #expect(client.asked == ["join t"] && state.topics["t"]?.state == .joining, "\(name)")
        }
    }
}

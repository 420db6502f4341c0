import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization
import TestSupport
import Testing

/// Requests that come between a topic's event and its telling: the join they ask for doesn't fail with the one before it.
@Suite struct LateTopicEventTests {
    private typealias Pending = GatewayHarness.Pending

    /// Sends a request, and does `action` as it is answered, on the thread that tells the connection's events: what comes
    /// about meanwhile is told after it.
    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ session: SessionHarness,
        _ action: @escaping @Sendable () throws -> Void
    ) throws {
        let request = Request(
            id: "r-9", method: method, target: try RequestTarget(Array("/sessions/\(session.id)\(path)".utf8)),
            headers: [.testHost: "127.0.0.1:8080"], body: Array((method == .post ? #"{"event":"e"}"# : "{}").utf8))
        guard case .later(let promise) = session.harness.gateway.respond(to: request) else {
            Issue.record("it doesn't wait")
            return
        }
        promise.onOutcome { _ in
            do { try action() } catch { Issue.record(error) }
        }
    }

    private func leaveAndJoin(_ session: SessionHarness, _ answers: Answers) throws {
        answers.add(try session.send(.delete, "/topics/t"))
        answers.add(try session.send(.put, "/topics/t"))
    }

    private final class Answers: Sendable {
        private let all = Mutex<[Pending]>([])
        func add(_ pending: Pending) { all.withLock { $0.append(pending) } }
        var statuses: [Int?] { all.withLock { $0.map(\.status) } }
    }

    /// A session with a socket of its own, or one that might share it.
    private func session(isShared: Bool) throws -> SessionHarness {
        isShared ? try SharedHarness().session() : try GatewayHarness().session()
    }

    @Test(
        arguments: [
            #"["2","2","t","phx_reply",{"response":{},"status":"error"}]"#, #"["2","2","t","phx_error",{}]"#,
        ], [false, true])
    func aJoinThatFailsAsItIsLeftDoesNotFailTheNextOne(_ failure: String, isShared: Bool) throws {
        let session = try session(isShared: isShared)
        try session.join("u")
        let first = try session.send(.put, "/topics/t")
        let answers = Answers()
        try send(.post, "/topics/u/push?wait=5s", session) {
            session.link.receive(failure)
            try leaveAndJoin(session, answers)
        }
        session.reply(3, on: "u")
        #expect(first.status == 409, "it was abandoned")
        #expect(answers.statuses == [204, nil])
        session.reply(4, joinRef: 4)
        #expect(answers.statuses == [204, 201])
        #expect(try session.kinds() == ["connected", "joined", "reply", "left", "joined"])
    }

    @Test(arguments: ["phx_close", "phx_error"], [false, true])
    func aChannelThatEndsAsItIsLeftDoesNotEndTheNextJoin(_ event: String, isShared: Bool) throws {
        let session = try session(isShared: isShared)
        try session.join()
        try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2)
        let answers = Answers()
        try send(.post, "/topics/u/push?wait=5s", session) {
            session.link.receive(#"["1","1","t","\#(event)",{}]"#)
            try leaveAndJoin(session, answers)
        }
        session.reply(3, on: "u", joinRef: 2)
        #expect(answers.statuses == [204, nil])
        session.reply(4, joinRef: 4)
        #expect(answers.statuses == [204, 201])
        #expect(try session.kinds() == ["connected", "joined", "joined", "reply", "left", "joined"])
        #expect(try session.send(.get, "/topics/t").string("state") == "joined")
    }

    @Test func aRefusedRejoinDoesNotFailTheJoinThatIsAskedForAsItIsRefused() throws {
        let session = try GatewayHarness().session()
        try session.join()
        try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2)
        session.receive(#"["1","1","t","phx_error",{}]"#)
        session.harness.transport.advance(.seconds(1))
        let answers = Answers()
        try send(.post, "/topics/u/push?wait=5s", session) {
            session.link.receive(#"["3","3","t","phx_reply",{"response":{},"status":"error"}]"#)
            answers.add(try session.send(.put, "/topics/t"))
        }
        let sent = session.link.sentTexts()
        #expect(sent.contains { $0.hasPrefix(#"["3","3","t","phx_join""#) }, "\(sent)")
        let push = try #require(sent.compactMap { self.ref(of: $0, "e") }.first)
        session.reply(push, on: "u", joinRef: 2)
        #expect(answers.statuses == [nil])
        let join = try #require(session.link.sentTexts().compactMap { self.ref(of: $0, "phx_join") }.first)
        session.reply(join, joinRef: join)
        #expect(answers.statuses == [201])
        let kinds = ["connected", "joined", "joined", "topic_error", "reply", "join_failed", "gap", "joined"]
        #expect(try session.kinds() == kinds)
    }

    /// The ref of a frame of this event.
    private func ref(of text: String, _ event: String) -> Int? {
        guard let frame = (try? JSONText(validating: Array(text.utf8)))?.slice.elements(), frame.count == 5,
            frame[3].string == event
        else { return nil }
        return frame[1].string.flatMap { Int($0) }
    }

    @Test func aSharedChannelThatCrashesAsOneLeavesItDoesNotFailThatOnesNextJoin() throws {
        let shared = SharedHarness()
        let (first, second) = try shared.pair()
        #expect(try shared.send(first, .put, "/topics/u").isWaiting)
        first.reply(2, on: "u", joinRef: 2)
        let answers = Answers()
        // Its join stands already: it is told of it later, outside the connection's own telling.
        try send(.put, "/topics/u", second) {
            second.link.receive(#"["1","1","t","phx_error",{}]"#)
            try self.leaveAndJoinAnew(second, answers)
        }
        shared.settle()
        #expect(answers.statuses == [204, nil])
        shared.harness.transport.advance(.seconds(1))
        let join = try #require(second.link.sentTexts().compactMap { self.ref(of: $0, "phx_join") }.last)
        second.reply(join, joinRef: join)
        shared.settle()
        #expect(answers.statuses == [204, 201])
        let told = try shared.events(second)
        #expect(
            told.filter { $0.hasSuffix(" t") || $0.contains(" t ") } == [
                "joined t", "topic_error t", "left t", "joined t",
            ])
    }

    @Test func aSharedTopicThatIsLeftAsItsJoinIsAnsweredIsLeftBeforeAnotherJoinsIt() throws {
        let shared = SharedHarness()
        let (first, second) = (try shared.session(), try shared.session())
        try first.join("u")
        _ = try first.send(.put, "/topics/t")
        try send(.post, "/topics/u/push?wait=5s", first) {
            first.reply(2, joinRef: 2)
            try first.send(.delete, "/topics/t")
        }
        first.reply(3, on: "u")
        let other = try shared.send(second, .put, "/topics/t")
        #expect(other.isWaiting)
        first.reply(4, joinRef: 2)
        shared.settle()
        let join = try #require(first.link.sentTexts().compactMap { self.ref(of: $0, "phx_join") }.last)
        #expect(join == 5 && other.isWaiting)
        first.reply(join, joinRef: join)
        shared.settle()
        #expect(other.status == 201)
        #expect(try shared.events(second) == ["connected", "joined t"])
        #expect(try shared.events(first) == ["connected", "joined u", "reply u", "joined t", "left t"])
    }

    private func leaveAndJoinAnew(_ session: SessionHarness, _ answers: Answers) throws {
        answers.add(try session.send(.delete, "/topics/t"))
        answers.add(try session.send(.put, "/topics/t", #"{"params":{"n":1}}"#))
    }
}

import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": what an `Idempotency-Key` is scoped to.
@Suite struct KeyScopeTests {
    private let harness = GatewayHarness()
    private let key: HTTPFields = [.testIdempotencyKey: "k"]

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func refs(_ session: SessionHarness) -> Int { session.link.sent().count }

    @Test func aKeyOfOneSessionIsNoneOfAnother() throws {
        let sessions = [try joined(), try joined()]
        for session in sessions {
            let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: key)
            #expect(push.status == 202 && refs(session) == 1)
        }
    }

    @Test func aKeyOfOneTopicIsNoneOfAnother() throws {
        let session = try joined()
        try session.join("u", ref: 2)
        for topic in ["t", "u"] {
            #expect(try session.send(.post, "/topics/\(topic)/push", #"{"event":"e"}"#, headers: key).status == 202)
        }
        #expect(refs(session) == 2)
    }

    @Test func aKeyOfOneMethodIsNoneOfAnother() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t", "{}", headers: key)
        session.reply(1)
        #expect(join.status == 201)
        // Another path and method for the same topic, and the same key.
        let again = try session.send(.post, "/join?topic=t", "{}", headers: key)
        #expect(again.status == 200, "it is joined already, and no repeat of the first")
        #expect(try session.send(.put, "/topics/t", "{}", headers: key).status == 201)
    }

    @Test func aRepeatWithAnotherWaitIsTheSame() throws {
        let session = try joined()
        let body = #"{"event":"e"}"#
        let refs = try ["?wait=0", "", "?wait=1ms"].map { query in
            let push = try session.send(.post, "/topics/t/push\(query)", body, headers: key)
            harness.time.advance(by: .milliseconds(100))
            return push.string("ref")
        }
        #expect(Set(refs).count == 1 && refs[0] != nil && self.refs(session) == 1)
    }
}

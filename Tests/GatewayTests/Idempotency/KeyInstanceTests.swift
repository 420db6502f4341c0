import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Errors": `instance` is the request's id, also of an outcome that was another's first.
@Suite struct KeyInstanceTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func push(_ id: String) throws -> GatewayHarness.Pending {
        try session.send(
            .post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: [.testIdempotencyKey: "k"], request: id)
    }

    @Test func aProblemThatIsRepeatedHasEachRequestsOwnID() throws {
        let first = try push("one")
        let second = try push("two")
        session.reply(2, status: "error", #"{"n":1.0}"#)
        let third = try push("three")
        let answers = [first, second, third]
        #expect(answers.map(\.status) == [422, 422, 422])
        #expect(answers.map { $0.string("instance") } == ["one", "two", "three"])
        // The rest is the same, byte for byte.
        let rest = zip(answers, ["one", "two", "three"]).map { $0.text.replacing(#""instance":"\#($1)""#, with: "") }
        #expect(Set(rest).count == 1 && rest[0].contains(#""response":{"n":1.0}"#))
    }

    @Test func aJoinThatWasRefusedIsSoForEach() throws {
        func join(_ id: String) throws -> GatewayHarness.Pending {
            try session.send(.put, "/topics/u", headers: [.testIdempotencyKey: "j"], request: id)
        }
        let first = try join("one")
        session.reply(2, on: "u", joinRef: 2, status: "error", #"{"reason":"no"}"#)
        let second = try join("two")
        #expect([first, second].map { $0.string("instance") } == ["one", "two"])
        #expect(second.status == 403)
    }
}

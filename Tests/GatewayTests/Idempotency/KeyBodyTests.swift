import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": what a repeat under an `Idempotency-Key` must have in common with the first request.
@Suite struct KeyBodyTests {
    private let session: SessionHarness
    private let key: HTTPFields = [.testIdempotencyKey: "k"]

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func push(_ query: String = "", _ body: String = #"{"event":"e"}"#, _ type: String? = nil) throws
        -> GatewayHarness.Pending
    {
        var headers = key
        headers[.contentType] = type
        return try session.send(.post, "/topics/t/push\(query)", body, headers: headers)
    }

    @Test(arguments: [
        ("", #"{ "event":"e"}"#, nil), ("", #"{"event":"\u0065"}"#, nil), ("?reply_errors=200", #"{"event":"e"}"#, nil),
        ("", #"{"event":"e"}"#, "application/vnd.x+json"),
    ])
    func anotherBodyQueryOrTypeIsAMismatchThoughItMeansTheSame(
        _ query: String, _ body: String, _ type: String?
    ) throws {
        #expect(try push().status == 202)
        let other = try push(query, body, type)
        #expect(other.status == 422 && other.string("code") == "idempotency-mismatch")
        #expect(session.link.sent().count == 1)
    }

    @Test func anotherWaitIsNoMismatch() throws {
        let first = try push()
        let second = try push("?wait=5s")
        session.reply(2)
        #expect(first.status == 202 && second.status == 200 && first.string("ref") == second.string("ref"))
        #expect(session.link.sent().count == 1)
    }

    @Test func anotherFormOfBinaryRepliesIsAMismatch() throws {
        var headers = key
        headers[.accept] = "application/octet-stream"
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: headers).status == 202)
        let other = try push()
        #expect(other.status == 422 && other.string("code") == "idempotency-mismatch")
        headers[.accept] = "application/json, application/octet-stream;q=0.5"
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: headers).status == 202)
        #expect(session.link.sent().count == 1)
    }
}

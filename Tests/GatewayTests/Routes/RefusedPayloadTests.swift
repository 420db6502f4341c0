import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": what would make a Phoenix server close the socket is refused, wherever it stands; "Errors": types.
@Suite struct RefusedPayloadTests {
    private let harness = GatewayHarness()
    private static let uri = #""uri":"ws://127.0.0.1:4000/""#

    private func joined(_ harness: GatewayHarness) throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func joined() throws -> SessionHarness { try joined(harness) }

    private func send(_ method: HTTPRequest.Method, _ target: String, bytes: [UInt8]) throws -> GatewayHarness.Pending {
        let request = Request(
            id: "r", method: method, target: try RequestTarget(Array(target.utf8)), headers: [.testHost: "localhost"],
            body: bytes)
        return GatewayHarness.Pending(harness.gateway.respond(to: request))
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/topics/t/push?event=e", "", ""),
        (.post, "/topics/t/push", #"{"event":"e","payload":"#, "}"),
        (.post, "/push", #"{"topic":"t","event":"e","payload":"#, "}"),
        (.put, "/topics/u", #"{"params":{"a":"#, "}}"), (.post, "/join", #"{"topic":"u","params":{"a":"#, "}}"),
    ])
    func bytesThatAreNotUTF8Are400(
        _ method: HTTPRequest.Method, _ path: String, _ head: String, _ tail: String
    ) throws {
        let session = try joined()
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
            let body = Array(head.utf8) + [0x22] + bad + [0x22] + Array(tail.utf8)
            let answer = try send(method, "/sessions/\(session.id)\(path)", bytes: body)
            #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(bad)")
        }
        #expect(session.link.sent() == [])
        #expect(try session.kinds() == ["connected", "joined"])
    }

    private static let bad = [#""\ud800""#, "1e400", "-1e999", "01", "nul", "{\"a\":}", "1} {"]

    @Test(arguments: bad) func whatWouldCloseTheSocketIs400InJoinParamsToo(_ value: String) throws {
        let session = try joined()
        let answers = [
            try session.send(.put, "/topics/u", #"{"params":{"a":\#(value)}}"#),
            try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"a":\#(value)}}"#),
            try session.send(.post, "/join", #"{"topic":"u","params":{"a":\#(value)}}"#),
        ]
        for answer in answers { #expect(answer.status == 400 && answer.string("code") == "invalid-request") }
        #expect(session.link.sent() == [])
        #expect(try session.kinds() == ["connected", "joined"])
    }

    @Test(arguments: bad) func whatWouldCloseTheSocketIs400WhereASessionIsMadeToo(_ value: String) throws {
        let bodies = [
            #"{\#(Self.uri),"topics":[{"topic":"t","params":{"a":\#(value)}}]}"#,
            #"{\#(Self.uri),"params":{"a":\#(value)}}"#,
        ]
        for body in bodies {
            #expect(try harness.send(.post, "/sessions", body).status == 400)
            #expect(try harness.send(.put, "/sessions/n", body).status == 400)
        }
        for member in ["join", "payload"] {
            let body = #"{\#(Self.uri),"topic":"t","event":"e","\#(member)":{"a":\#(value)}}"#
            #expect(try harness.send(.post, "/call", body).status == 400)
        }
        #expect(harness.transport.links.isEmpty && harness.gateway.sessionCount == 0)
    }

    @Test func aFormThatIsNoJSONIs400() throws {
        let session = try joined()
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let answer = try session.send(.post, "/topics/t/push", "event=e", headers: form)
        #expect(answer.status == 400 && answer.string("code") == "invalid-request")
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: form).status == 202)
        #expect(session.link.sent().count == 1)
    }

    @Test(arguments: [("text/x+json", 202), ("model/gltf+json", 202), ("text/json5", 415)])
    func aTypeThatEndsInJSONIsTaken(_ type: String, _ status: Int) throws {
        let answer = try joined().send(
            .post, "/topics/t/push", #"{"event":"e"}"#, headers: [.contentType: type])
        #expect(answer.status == status)
        #expect(answer.string("code") == (status == 415 ? "unsupported-media-type" : nil))
    }

    @Test func aPushBehindAFullOutboxIs429AndNotSent() throws {
        let harness = GatewayHarness { $0.connection.maxOutboxBytes = 1_000 }
        let session = try joined(harness)
        let body = #"{"event":"e","payload":"\#(String(repeating: "x", count: 600))"}"#
        var answers: [GatewayHarness.Pending] = []
        while answers.last?.status != 429, answers.count < 10 {
            answers.append(try session.send(.post, "/topics/t/push", body))
        }
        let refused = try #require(answers.last)
        #expect(refused.status == 429 && refused.string("code") == "too-many-requests")
        #expect(refused.json.member("sent")?.bool == false && refused.headers[.retryAfter] != nil)
        #expect(session.link.sent().count == answers.count - 1)
        #expect(try session.send(.post, "/topics/t/push", body).status == 202)
    }
}

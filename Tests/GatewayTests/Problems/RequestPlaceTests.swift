import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Errors": `errors` says where, in the body, the query or the headers.
@Suite struct RequestPlaceTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        let body: String
        let place: String

        init(_ method: HTTPRequest.Method, _ path: String, _ place: String) {
            self.init(method, path, "", place)
        }

        init(_ method: HTTPRequest.Method, _ path: String, _ body: String, _ place: String) {
            self.method = method
            self.path = path
            self.body = body
            self.place = place
        }

        var testDescription: String { "\(method) \(path) \(body)" }
    }

    private static let uri = #""uri":"ws://127.0.0.1:4000/""#
    private static let long = String(repeating: "t", count: 256)

    private static let ofQueries = [
        Row(.get, "/livez?x=1", #"{"parameter":"x""#), Row(.get, "/sessions?limit=0", #"{"parameter":"limit""#),
        Row(.get, "/sessions?page_token=x", #"{"parameter":"page_token""#),
        Row(.get, "/sessions?limit=1&limit=2", #"{"parameter":"limit""#),
        Row(.get, "S?until=gone", #"{"parameter":"until""#), Row(.get, "S?wait=1", #"{"parameter":"wait""#),
        Row(.get, "S/messages?wait=-1", #"{"parameter":"wait""#),
        Row(.get, "S/messages?after=x", #"{"parameter":"after""#),
        Row(.get, "S/messages?heartbeat=1ms", #"{"parameter":"heartbeat""#),
        Row(.get, "S/events?kind=x", #"{"parameter":"kind""#),
        Row(.get, "S/messages?match=x", #"{"parameter":"match""#),
        Row(.get, "S/messages?match=%7B%22a%22:%7B%22$x%22:1%7D%7D", #"{"parameter":"match","pointer":"/a/$x""#),
        Row(.delete, "S/messages?through=x", #"{"parameter":"through""#),
        Row(.put, "S/topics/t?rejoin=1", #"{"parameter":"rejoin""#),
        Row(.put, "S/topics/\(long)", #"{"parameter":"topic""#),
        Row(.post, "S/push?topic=phoenix", #"{"event":"e"}"#, #"{"parameter":"topic""#),
        Row(.post, "S/topics/t/push?event=phx_join", #"{"parameter":"event""#),
        Row(.post, "S/topics/t/push?reply_errors=1", #"{"event":"e"}"#, #"{"parameter":"reply_errors""#),
        Row(.get, "S/presence", #"{"parameter":"topic""#), Row(.put, "/sessions/NO", "{\(uri)}", #"{"parameter":"id""#),
        Row(.get, "/listen?topic=t", #"{"parameter":"uri""#),
        Row(.get, "/listen?uri=ws://127.0.0.1/", #"{"parameter":"topic""#),
        Row(.get, "/listen?uri=x&topic=t", #"{"parameter":"uri""#),
        Row(.get, "/listen?uri=ws://127.0.0.1/&topic=phoenix", #"{"parameter":"topic""#),
        Row(.post, "/call?wait=0", "{\(uri)}", #"{"parameter":"wait""#),
    ]

    private static let ofBodies = [
        Row(.post, "/sessions", "{", #"{"pointer":"""#),
        Row(.post, "/sessions", #"{\#(uri),"topics":[{"topic":"t"},{"topic":""}]}"#, #"{"pointer":"/topics/1/topic""#),
        Row(.post, "/call", #"{\#(uri),"topic":"phoenix","event":"e"}"#, #"{"pointer":"/topic""#),
        Row(.post, "/call", #"{\#(uri),"topic":"t","event":"phx_join"}"#, #"{"pointer":"/event""#),
        Row(.post, "/call", #"{\#(uri),"topic":"t","await":{"kind":"x"}}"#, #"{"pointer":"/await/kind""#),
        Row(.post, "S/join", #"{"topic":"\#(long)"}"#, #"{"pointer":"/topic""#),
        Row(.post, "S/join", "{}", #"{"pointer":"/topic""#),
        Row(.post, "S/topics/t/push", #"{"event":""}"#, #"{"pointer":"/event""#),
        Row(.post, "S/await", #"{"kind":"x"}"#, #"{"pointer":"/kind""#),
        Row(.post, "S/await", #"{"after":"x"}"#, #"{"pointer":"/after""#),
        Row(.delete, "S", #"{"x":1}"#, #"{"pointer":"/x""#),
        Row(.delete, "S/topics/t", #"{"x":1}"#, #"{"pointer":"/x""#),
        Row(.delete, "S/messages?through=a-1", #"{"x":1}"#, #"{"pointer":"/x""#),
    ]

    private func ask(_ row: Row, headers: HTTPFields = [:]) throws -> GatewayHarness.Pending {
        let session = try GatewayHarness().session()
        try session.join()
        let path = row.path.hasPrefix("S") ? "/sessions/\(session.id)" + row.path.dropFirst() : row.path
        let answer = try session.harness.send(row.method, path, row.body, headers: headers)
        #expect(session.link.sent() == [])
        #expect(try session.state() == "connected")
        return answer
    }

    @Test(arguments: ofQueries + ofBodies) func aRefusalSaysWhere(_ row: Row) throws {
        let answer = try ask(row)
        #expect(answer.status == 400)
        #expect(answer.text.contains(#""errors":[\#(row.place)"#), "\(answer.text)")
        #expect(answer.text.contains(#""detail":"\#(answer.string("detail") ?? "")"}]"#) || answer.text.contains("\\"))
    }

    @Test func aHeaderIsNamedAsOne() throws {
        let push = Row(.post, "S/topics/t/push", #"{"event":"e"}"#, "")
        let answer = try ask(push, headers: [.testIdempotencyKey: "a b"])
        #expect(answer.status == 400)
        #expect(answer.text.contains(#""errors":[{"header":"Idempotency-Key","detail":"#))
    }

    // MARK: What isn't JSON, and what Phoenix wouldn't take

    @Test(arguments: [
        (#"{"uri":"#, "The body is not JSON: "),
        (#"{"params":{"a":1e999}}"#, "The body is JSON that a Phoenix server doesn't take: "),
        (#"{"params":{"a":"\ud800"}}"#, "The body is JSON that a Phoenix server doesn't take: "),
        (
            String(repeating: "[", count: 80) + String(repeating: "]", count: 80),
            "The body has 80 levels of objects and arrays, and may have 67, 64 of them for a payload or params."
        ),
    ])
    func aBodyThatIsNoJSONIsToldFromWhatPhoenixDoesNotTake(_ body: String, _ words: String) throws {
        let answer = try GatewayHarness().send(.post, "/sessions", body)
        #expect(answer.status == 400 && answer.string("detail")?.hasPrefix(words) == true, "\(answer.text)")
    }
}

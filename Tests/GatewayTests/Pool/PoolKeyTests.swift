import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What calls must have in common to take one client: api.md, "The pool".
@Suite struct PoolKeyTests {
    private static let members = [
        "uri": #""ws://127.0.0.1:4000/socket/websocket""#, "params": #"{"a":1}"#, "headers": #"{"x-a":"1"}"#,
        "auth_token": #""one""#, "topic": #""t""#, "join": #"{"as":"ann"}"#, "event": #""e""#,
    ]

    private let harness = GatewayHarness()

    private func call(_ name: String? = nil, _ value: String = "") throws -> GatewayHarness.Pending {
        var members = Self.members
        if let name { members[name] = value }
        let body = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        return try harness.send(.post, "/call", "{\(body)}")
    }

    /// A client that has done its first call, and waits for the next.
    private func idle() throws -> ScriptedLink {
        let first = try call()
        let link = try #require(harness.transport.links.last)
        link.accept()
        for ref in 1...2 {
            link.receive(#"["1","\#(ref)","t","phx_reply",{"response":{},"status":"ok"}]"#)
            harness.time.run()
        }
        #expect(first.status == 200)
        _ = link.sent()
        return link
    }

    @Test(arguments: [
        ("uri", #""ws://127.0.0.1:4000/other/websocket""#), ("uri", #""ws://127.0.0.1:4000/socket/websocket?a=1""#),
        ("params", #"{"a":2}"#), ("params", "{}"), ("headers", #"{"x-a":"2"}"#), ("headers", "{}"),
        ("auth_token", #""two""#), ("auth_token", "null"), ("topic", #""u""#), ("join", #"{"as":"bob"}"#),
        ("join", "{}"),
    ])
    func eachMemberOfTheKeyTakesAnotherClient(_ name: String, _ value: String) throws {
        let link = try idle()
        #expect(try call(name, value).isWaiting)
        #expect(harness.transport.links.count == 2)
        #expect(link.sent() == [] && link.closeCodes == [])
    }

    /// Members are compared as they were written: a client more at the worst, and never another caller's.
    @Test(arguments: [("params", #"{"a":1.0}"#), ("join", #"{"as": "ann"}"#)])
    func anEqualMemberWrittenOtherwiseTakesAnotherClient(_ name: String, _ value: String) throws {
        let link = try idle()
        #expect(try call(name, value).isWaiting)
        #expect(harness.transport.links.count == 2 && link.sent() == [])
    }

    @Test(arguments: [("event", #""other""#), ("payload", #"{"n":1}"#)])
    func whatIsPushedIsNoPartOfTheKey(_ name: String, _ value: String) throws {
        let link = try idle()
        #expect(try call(name, value).isWaiting)
        #expect(harness.transport.links.count == 1 && link.sent().count == 1)
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// W3C Trace Context: a request's trace goes on to the Phoenix server.
@Suite struct TracePassingTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private let harness = GatewayHarness()

    private func create(_ headers: HTTPFields, _ members: String = "") throws -> ScriptedLink {
        try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket"\#(members)}"#, headers: headers)
        return try #require(harness.transport.links.last)
    }

    private func sent(_ link: ScriptedLink) -> [String: String] {
        Dictionary(link.endpoint.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + "," + $1 })
    }

    @Test func theFirstConnectIsPartOfTheRequestsTraceAndALaterOneIsNot() throws {
        let link = try create([.traceparent: Self.parent, .tracestate: "a=1"])
        #expect(sent(link) == ["traceparent": Self.parent, "tracestate": "a=1"])
        link.accept()
        link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(60))
        #expect(harness.transport.links.count == 2)
        #expect(sent(try #require(harness.transport.links.last)).isEmpty)
    }

    @Test func aHeaderOfTheSessionsOwnIsKept() throws {
        let link = try create([.traceparent: Self.parent], #","headers":{"Traceparent":"mine"}"#)
        #expect(sent(link) == ["Traceparent": "mine"])
    }

    @Test func oneThatIsNotValidIsPassedOverWithItsState() throws {
        #expect(sent(try create([.traceparent: "nonsense", .tracestate: "a=1"])).isEmpty)
        #expect(sent(try create([.tracestate: "a=1"])).isEmpty)
    }
}

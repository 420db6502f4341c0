import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions" and "Topics": values that say less than they seem to, or more than is taken.
@Suite struct SpecTermsTests {
    private let harness = GatewayHarness()

    private func create(_ members: String) throws -> GatewayHarness.Pending {
        try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/s"\#(members)}"#)
    }

    @Test func anotherVersionOfTheProtocolIs400AlsoInTheParams() throws {
        for version in [#""1.0.0""#, "1", #""""#, #"{"a":1}"#] {
            let answer = try create(#","params":{"vsn":\#(version)}"#)
            #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(version): \(answer.text)")
        }
        #expect(harness.transport.links.isEmpty && harness.gateway.sessionCount == 0)
        #expect(try create(#","params":{"vsn":"2.0.0","a":1}"#).status == 202)
        #expect(harness.transport.links.map(\.endpoint.target) == ["/s?a=1&vsn=2.0.0"])
    }

    @Test func aPatchToAnotherVersionIs400AndChangesNothing() throws {
        let session = try harness.session()
        #expect(try session.send(.patch, "", #"{"params":{"vsn":"1.0.0"}}"#).status == 400)
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        #expect(harness.transport.links.last?.endpoint.target == "/socket/websocket?vsn=2.0.0")
    }

    @Test(arguments: ["reply_errors=500", "reply_errors=", "join=1", "wait=soon", "wait=-1"])
    func aPushWhoseQueryIsWrongIsNotSent(_ query: String) throws {
        let session = try harness.session()
        try session.join()
        let push = try session.send(.post, "/topics/t/push?\(query)", #"{"event":"e"}"#)
        #expect(push.status == 400 && push.string("detail")?.contains(String(query.prefix { $0 != "=" })) == true)
        #expect(session.link.sent() == [])
    }
}

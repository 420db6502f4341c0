import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "One request": a call without an event, one that can't push, one of another host, and its binary reply.
@Suite struct CallTermsTests {
    private func call(
        _ harness: GatewayHarness, _ members: String, port: Int = 4000, _ headers: HTTPFields = [:]
    ) throws -> GatewayHarness.Pending {
        try harness.send(
            .post, "/call", #"{"uri":"ws://127.0.0.1:\#(port)/s","topic":"t"\#(members)}"#, headers: headers)
    }

    /// Takes a cold call up to its join's reply.
    private func open(_ harness: GatewayHarness) throws -> ScriptedLink {
        let link = try #require(harness.transport.links.last)
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","t","phx_join",{}]"#])
        receive(harness, link, #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        return link
    }

    private func receive(_ harness: GatewayHarness, _ link: ScriptedLink, _ text: String) {
        link.receive(text)
        harness.time.run()
    }

    @Test func withoutAnEventTheJoinAloneIsAwaitedOn() throws {
        let harness = GatewayHarness()
        let pending = try call(harness, #","await":{"event":"hi"}"#)
        let link = try open(harness)
        #expect(pending.isWaiting && link.sent() == [])
        receive(harness, link, #"["1",null,"t","hi",{"n":1}]"#)
        #expect(pending.status == 200 && link.sent() == [])
        #expect(pending.json.member("message")?.member("payload")?.member("n")?.integer == 1)
    }

    @Test func aCallThatCannotPushSaysSoAndItsClientIsThereForTheNext() throws {
        let harness = GatewayHarness { $0.connection.maxFrameBytes = 1_000 }
        let large = try call(harness, #","event":"e","payload":"\#(String(repeating: "x", count: 1_000))""#)
        let link = try open(harness)
        #expect(large.status == 413 && large.string("code") == "payload-too-large")
        #expect(large.string("stage") == "push" && large.json.member("sent")?.bool == false)
        #expect(link.sent() == [])
        let next = try call(harness, #","event":"e""#)
        #expect(next.isWaiting && harness.transport.links.count == 1)
        #expect(link.sentTexts() == [#"["1","3","t","e",{}]"#], "the refused push has had a ref")
    }

    @Test func anotherHostHasItsOwnClients() throws {
        let harness = GatewayHarness { $0.pool.maxClients = 2 }
        for index in 1...2 { #expect(try call(harness, #","event":"e","params":{"n":\#(index)}"#).isWaiting) }
        #expect(harness.transport.links.count == 2)
        #expect(try call(harness, #","event":"e","params":{"n":3}"#).isWaiting)
        #expect(harness.transport.links.count == 2, "it waits its turn")
        #expect(try call(harness, #","event":"e""#, port: 4001).isWaiting)
        #expect(harness.transport.links.count == 3)
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Waiting", "Topics" and "The pool": a repeat that waits on a client keeps it from the others.
@Suite struct HeldClientTests {
    private let harness = GatewayHarness { $0.pool.maxClients = 1 }

    private typealias Pending = GatewayHarness.Pending

    private static let awaiting = #","event":"e","await":{"event":"new"}"#

    private func call(
        _ members: String = #","event":"e""#, topic: String = "t", query: String = "", key: String? = nil
    ) throws -> Pending {
        try harness.send(
            .post, "/call\(query)", #"{"uri":"ws://127.0.0.1:4000/s","topic":"\#(topic)"\#(members)}"#,
            headers: key.map { [.testIdempotencyKey: $0] } ?? [:])
    }

    private func link(_ index: Int = 0) throws -> ScriptedLink {
        try #require(harness.transport.links.count > index ? harness.transport.links[index] : nil)
    }

    private func receive(_ link: ScriptedLink, _ text: String) {
        link.handler.transportReceived([.text(Array(text.utf8))])
        harness.time.run()
    }

    private func ok(_ ref: Int) -> String { #"["1","\#(ref)","t","phx_reply",{"response":{},"status":"ok"}]"# }

    /// A keyed call that came too late for its reply, and whose client is idle since.
    private func late(_ members: String = #","event":"e""#) throws -> ScriptedLink {
        let first = try call(members, query: "?wait=1s", key: "k")
        let link = try link()
        link.accept()
        receive(link, ok(1))
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504, "\(first.text)")
        _ = link.sent()
        return link
    }

    @Test func aClientThatARepeatWaitsOnIsNotLetGoOnceItWasIdleForLong() throws {
        let link = try late()
        let second = try call(query: "?wait=55s", key: "k")
        harness.time.advance(by: .seconds(40))
        #expect(second.isWaiting && link.closeCodes == [], "\(second.text)")
        receive(link, ok(2))
        #expect(second.status == 200, "\(second.text)")
        harness.time.advance(by: .seconds(601))
        #expect(link.closeCodes == [1000], "it is idle again, and let go with the key")
    }

    @Test func aClientThatARepeatWaitsOnMakesNoRoomForAnotherKey() throws {
        let link = try late()
        let second = try call(query: "?wait=20s", key: "k")
        let other = try call(topic: "u", query: "?wait=20s")
        #expect(other.isWaiting && link.closeCodes == [] && harness.transport.links.count == 1)
        receive(link, ok(2))
        #expect(second.status == 200 && link.closeCodes == [1000])
        #expect(other.isWaiting && harness.transport.links.count == 2, "it has the room now")
    }

    @Test func aClientThatARepeatWaitsOnStaysWhenTheCallThatHasItIsDone() throws {
        let link = try late()
        let other = try call(query: "?wait=20s")
        let second = try call(query: "?wait=20s", key: "k")
        let third = try call(topic: "u", query: "?wait=20s")
        receive(link, ok(3))
        #expect(other.status == 200 && second.isWaiting && link.closeCodes == [], "\(second.text)")
        receive(link, ok(2))
        #expect(second.status == 200 && third.isWaiting && harness.transport.links.count == 2)
    }

    @Test func aRepeatThatGoesGivesTheClientBack() throws {
        let link = try late()
        let second = try call(query: "?wait=1s", key: "k")
        harness.time.advance(by: .seconds(2))
        #expect(second.status == 504 && second.json.member("sent")?.bool == true)
        harness.time.advance(by: .seconds(601))
        #expect(link.closeCodes == [1000])
    }

    @Test func aRepeatThatAwaitsHoldsTheClientToo() throws {
        let link = try late(Self.awaiting)
        let second = try call(Self.awaiting, query: "?wait=55s", key: "k")
        harness.time.advance(by: .seconds(40))
        receive(link, #"["1",null,"t","new",{"n":1}]"#)
        #expect(second.status == 200, "\(second.text)")
    }

    @Test func aRepeatOfAnAwaitWhoseIdleClientWasLostBeginsAnew() throws {
        let link = try late(#","await":{"event":"new"}"#)
        link.handler.transportClosed(code: 1006, reason: "")
        let second = try call(#","await":{"event":"new"}"#, query: "?wait=20s", key: "k")
        #expect(second.isWaiting && harness.transport.links.count == 2, "\(second.text)")
    }

    @Test func aRepeatAtADrainIsToldSoAndThatThePushWasSent() throws {
        _ = try late()
        let second = try call(query: "?wait=20s", key: "k")
        harness.gateway.drain()
        let third = try call(query: "?wait=20s", key: "k")
        for answer in [second, third] {
            #expect([answer.string("code"), answer.string("stage")] == ["draining", "reply"], "\(answer.text)")
            #expect(answer.json.member("sent")?.bool == true && answer.json.member("retryable")?.bool == false)
        }
    }

    @Test func aLateAwaitUnderAKeySaysThatThePushWasSent() throws {
        let first = try call(Self.awaiting, query: "?wait=1s", key: "k")
        let link = try link()
        link.accept()
        receive(link, ok(1))
        harness.time.advance(by: .seconds(2))
        #expect([first.string("code"), first.string("stage")] == ["await-timeout", "await"])
        #expect(first.json.member("sent")?.bool == true && first.json.member("retryable")?.bool == true)
    }

    @Test func aResumedAwaitAtADrainSaysThatThePushWasSent() throws {
        _ = try late(Self.awaiting)
        let second = try call(Self.awaiting, query: "?wait=20s", key: "k")
        harness.gateway.drain()
        #expect([second.string("code"), second.string("stage")] == ["draining", "await"], "\(second.text)")
        #expect(second.json.member("sent")?.bool == true && second.json.member("retryable")?.bool == false)
    }

    // MARK: Those in line

    @Test func whoIsNextInLineIsServedOnTheWaitingThread() throws {
        _ = try call(query: "?wait=20s")
        let next = try call(query: "?wait=20s")
        let link = try link()
        link.accept()
        receive(link, ok(1))
        _ = link.sent()
        link.handler.transportReceived([.text(Array(ok(2).utf8))])
        #expect(link.sent() == [], "a call that fails would have the one after it called from within")
        harness.time.run()
        #expect(link.sent().count == 1 && next.isWaiting)
    }

    @Test(arguments: ["t", "u"])
    func whoIsGivenAClientOrRoomAtADrainIsToldSo(_ topic: String) throws {
        _ = try call(query: "?wait=20s")
        let next = try call(topic: topic, query: "?wait=20s")
        let link = try link()
        link.accept()
        receive(link, ok(1))
        link.handler.transportReceived([.text(Array(ok(2).utf8))])
        harness.gateway.drain()
        harness.time.run()
        #expect(next.status == 503 && next.string("code") == "draining", "\(next.text)")
        #expect(next.string("stage") == (topic == "t" ? "push" : "connect"))
        #expect(next.json.member("retryable")?.bool == true)
    }
}

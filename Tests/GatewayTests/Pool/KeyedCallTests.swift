import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// `Idempotency-Key` on `/call`, and what a call says that has pushed: api.md, sections "Topics", "One request", "Errors".
@Suite struct KeyedCallTests {
    private let harness = GatewayHarness()

    private typealias Pending = GatewayHarness.Pending

    private func call(
        _ members: String = #","event":"e""#, query: String = "", key: String? = "k"
    ) throws -> Pending {
        try harness.send(
            .post, "/call\(query)",
            #"{"uri":"ws://127.0.0.1:4000/socket/websocket","topic":"t"\#(members)}"#,
            headers: key.map { [.testIdempotencyKey: $0] } ?? [:])
    }

    private func open(_ index: Int = 0) throws -> ScriptedLink {
        let link = try #require(harness.transport.links.count > index ? harness.transport.links[index] : nil)
        link.accept()
        receive(link, ok(1))
        return link
    }

    private func receive(_ link: ScriptedLink, _ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    private func ok(_ ref: Int, _ response: String = "{}") -> String {
        #"["1","\#(ref)","t","phx_reply",{"response":\#(response),"status":"ok"}]"#
    }

    private func pushes(_ link: ScriptedLink) -> Int { link.sentTexts().count { $0.contains(#""t","e""#) } }

    @Test func aRepeatAttachesToTheCallOnItsWay() throws {
        let first = try call()
        let second = try call()
        let link = try open()
        let third = try call()
        #expect(pushes(link) == 1)
        receive(link, ok(2, #"{"n":1}"#))
        #expect([first, second, third].map(\.status) == [200, 200, 200])
        #expect(Set([first, second, third].map(\.text)).count == 1)
        #expect(try call().text == first.text)
        #expect(pushes(link) == 0)
    }

    @Test func aCallWhoseClientWentIsCarriedOutForTheRepeat() throws {
        let first = try call()
        let link = try open()
        first.hangUp()
        receive(link, ok(2))
        let second = try call()
        #expect(second.status == 200)
        #expect(pushes(link) == 1)
    }

    @Test func whoseWaitIsOverWhileAnotherWaitsIsNotToldThatNothingIsSent() throws {
        let first = try call(query: "?wait=1s")
        let second = try call(query: "?wait=30s")
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504 && first.json.member("sent") == nil, "\(first.text)")
        #expect(first.json.member("retryable")?.bool == true)
        let link = try open()
        receive(link, ok(2))
        #expect(second.status == 200)
        #expect(pushes(link) == 1)
    }

    @Test func aRepeatOfALateCallWaitsOnAndPushesNothing() throws {
        let first = try call(query: "?wait=1s")
        let link = try open()
        harness.time.advance(by: .seconds(2))
        #expect([first.string("code"), first.string("stage")] == ["reply-timeout", "reply"])
        #expect(first.json.member("sent")?.bool == true && first.json.member("retryable")?.bool == true)
        let second = try call(query: "?wait=9s")
        #expect(second.isWaiting)
        receive(link, ok(2, #"{"n":1}"#))
        #expect(second.json.member("reply")?.member("response")?.member("n")?.integer == 1)
        #expect(pushes(link) == 1)
    }

    @Test func aRepeatOfACallThatPushedNothingBeginsAnew() throws {
        let first = try call(query: "?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect([first.string("code"), first.string("stage")] == ["connect-timeout", "connect"])
        let second = try call()
        let link = try open(1)
        receive(link, ok(2))
        #expect(second.status == 200)
        #expect(pushes(link) == 1)
    }

    @Test func aRepeatOfALateAwaitMatchesWhatCameMeanwhile() throws {
        let members = #","event":"e","await":{"event":"new"}"#
        let first = try call(members, query: "?wait=1s")
        let link = try open()
        harness.time.advance(by: .seconds(2))
        #expect([first.string("code"), first.string("stage")] == ["await-timeout", "await"])
        receive(link, #"["1",null,"t","new",{"n":1}]"#)
        let second = try call(members)
        #expect(second.json.member("message")?.member("payload")?.member("n")?.integer == 1)
        #expect(pushes(link) == 1)
    }

    @Test func aRepeatWhoseClientIsGoneIsToldThatTheReplyIsLost() throws {
        _ = try call(query: "?wait=1s")
        let link = try open()
        harness.time.advance(by: .seconds(2))
        link.handler.transportClosed(code: 1006, reason: "")
        harness.time.run()
        let second = try call()
        #expect(second.status == 410)
        #expect([second.string("code"), second.string("stage")] == ["reply-lost", "reply"])
        #expect(harness.transport.links.count == 1)
    }

    @Test func anotherBodyUnderTheKeyIsRefused() throws {
        _ = try call()
        let other = try call(#","event":"f""#)
        #expect(other.status == 422)
        #expect(other.string("code") == "idempotency-mismatch")
        #expect(harness.transport.links.count == 1)
    }

    @Test func aCallThatHasPushedSaysSentAndIsNotRetryable() throws {
        let late = try call(#","event":"e","await":{"event":"new"}"#, key: nil)
        _ = try open()
        harness.time.advance(by: .seconds(6))
        #expect(late.string("code") == "await-timeout")
        #expect(late.json.member("sent")?.bool == true && late.json.member("retryable")?.bool == false)
        let drained = try call(#","event":"e","await":{"event":"new"}"#, key: nil)
        harness.gateway.drain()
        #expect(drained.string("code") == "draining")
        #expect(drained.json.member("sent")?.bool == true && drained.json.member("retryable")?.bool == false)
    }

    @Test func aCallThatOnlyAwaitsIsRetryable() throws {
        let late = try call(#","await":{"event":"new"}"#, key: nil)
        _ = try open()
        harness.time.advance(by: .seconds(6))
        #expect(late.string("code") == "await-timeout")
        #expect(late.json.member("sent") == nil && late.json.member("retryable")?.bool == true)
    }
}

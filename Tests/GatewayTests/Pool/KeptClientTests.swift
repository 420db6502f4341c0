import HTTPCore
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Topics" on `Idempotency-Key` and "The pool": how long a repeat finds what a call has come to.
@Suite struct KeptClientTests {
    private let calls = CallHarness { $0.pool.maxClients = 1 }
    private static let awaiting = #","await":{"event":"new"}"#

    /// A call whose wait is over, and its client.
    private func late(_ members: String = #","event":"e""#, key: String? = "k") throws -> ScriptedLink {
        let first = try calls.call(members, query: "?wait=1s", key: key)
        let link = try calls.open()
        calls.harness.time.advance(by: .seconds(2))
        #expect(first.status == 504)
        return link
    }

    @Test func aReplyThatCameWhenNobodyWaitedIsFoundAsLongAsTheKeyIs() throws {
        let link = try late()
        calls.harness.time.advance(by: .seconds(300))
        calls.reply(link, 2, #"{"n":1}"#)
        calls.harness.time.advance(by: .seconds(200))
        let second = try calls.call(key: "k")
        #expect(second.status == 200, "\(second.text)")
        #expect(second.json.member("reply")?.member("response")?.member("n")?.integer == 1)
        #expect(calls.links.count == 1 && link.sentTexts().count { $0.contains(#""t","e""#) } == 1)
    }

    @Test func aMatchThatCameWhenNobodyWaitedIsFoundToo() throws {
        let link = try late(Self.awaiting)
        calls.receive(link, #"["1",null,"t","new",{"n":1}]"#)
        calls.harness.time.advance(by: .seconds(300))
        let second = try calls.call(Self.awaiting, key: "k")
        #expect(second.status == 200 && calls.links.count == 1, "\(second.text)")
    }

    @Test func theClientIsUsedByOthersMeanwhileAndStillKept() throws {
        let link = try late()
        let other = try calls.call()
        calls.reply(link, 3)
        #expect(other.status == 200)
        calls.harness.time.advance(by: .seconds(100))
        #expect(link.closeCodes.isEmpty)
        calls.harness.time.advance(by: .seconds(510))
        #expect(link.closeCodes == [1000])
    }

    @Test func withoutAKeyTheClientIsKeptNoLonger() throws {
        let link = try late(key: nil)
        calls.harness.time.advance(by: .seconds(31))
        #expect(link.closeCodes == [1000])
    }

    @Test func anOutcomeThatIsThereKeepsNoClient() throws {
        let first = try calls.call(key: "k")
        let link = try calls.open()
        calls.reply(link, 2)
        #expect(first.status == 200)
        calls.harness.time.advance(by: .seconds(31))
        #expect(link.closeCodes == [1000])
        #expect(try calls.call(key: "k").text == first.text)
    }

    @Test func aCallThatNeedsItsPlaceGetsIt() throws {
        let link = try late()
        _ = try calls.call(on: "u")
        #expect(link.closeCodes == [1000] && calls.links.count == 2)
        let second = try calls.call(key: "k")
        #expect(second.status == 410 && second.string("code") == "reply-lost", "\(second.text)")
        #expect(second.json.member("sent")?.bool == true && second.json.member("retryable")?.bool == false)
        #expect(second.string("reason") == "expired" && second.string("stage") == "reply")
        #expect(second.string("detail")?.contains("no longer known") == true)
    }

    @Test func oneThatIsNotKeptMakesRoomBeforeItThoughItWasUsedLater() throws {
        let calls = CallHarness { $0.pool.maxClients = 2 }
        let first = try calls.call(query: "?wait=1s", key: "k")
        let kept = try calls.open()
        calls.harness.time.advance(by: .seconds(2))
        let other = try calls.call(on: "u")
        let link = try calls.open("u")
        calls.receive(link, #"["1","2","u","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(first.status == 504 && other.status == 200)
        _ = try calls.call(on: "v")
        #expect(calls.links.count == 3 && link.closeCodes == [1000] && kept.closeCodes.isEmpty)
        calls.reply(kept, 2)
        #expect(try calls.call(key: "k").status == 200)
    }

    @Test func anAwaitWhoseClientIsGoneBeginsAnew() throws {
        _ = try late(Self.awaiting)
        let other = try calls.call(on: "u")
        let link = try calls.open("u")
        calls.receive(link, #"["1","2","u","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(other.status == 200)
        #expect(try calls.call(Self.awaiting, key: "k").isWaiting)
        #expect(calls.links.count == 3)
    }
}

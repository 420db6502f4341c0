import HTTPCore
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "One request": what a listener is told of the push ahead.
@Suite struct ListenPushTests {
    private let calls = CallHarness()
    private static let push = #","event":"go""#

    private func words(_ pending: GatewayHarness.Pending) throws -> [String] {
        try calls.records(pending).compactMap { $0.member("reason")?.string ?? $0.member("kind")?.string }
    }

    @Test func anErrorInReplyIsToldAndEndsTheStream() throws {
        let pending = try calls.listen(Self.push)
        let link = try calls.open()
        calls.receive(link, #"["1",null,"t","a",{}]"#)
        calls.reply(link, 2, status: "error", #"{"reason":"no"}"#)
        let records = try calls.records(pending)
        #expect(records.compactMap { $0.member("kind")?.string } == ["message", "reply", "end"])
        #expect(records[1].member("status")?.string == "error")
        #expect(records[1].member("response")?.member("reason")?.string == "no")
        #expect(records[2].member("reason")?.string == "push-rejected")
        #expect(pending.stream?.end == .finished)
        // The client is fit for another.
        #expect(try calls.listen().status == 200 && calls.links.count == 1)
    }

    @Test func itIsTheReasonOfTheEndThoughTheLimitIsReachedWithIt() throws {
        let pending = try calls.listen(Self.push, query: "?limit=1")
        calls.reply(try calls.open(), 2, status: "error")
        #expect(try words(pending) == ["reply", "push-rejected"])
    }

    @Test func anEventSourceIsToldLikewise() throws {
        let pending = try calls.listen(Self.push, accept: "text/event-stream")
        calls.reply(try calls.open(), 2, status: "error")
        let text = try calls.text(pending)
        #expect(text.contains("event: reply\n") && text.contains(#"{"kind":"end","reason":"push-rejected","next":""#))
    }

    @Test func itIsToldWhateverIsListenedFor() throws {
        let pending = try calls.listen(#"\#(Self.push),"await":{"event":"never","payload":{"n":1}}"#)
        calls.reply(try calls.open(), 2, status: "error")
        #expect(try words(pending) == ["reply", "push-rejected"])
    }

    @Test func anotherReplyIsNotToldUnlessItIsListenedFor() throws {
        let silent = try calls.listen(Self.push)
        let link = try calls.open()
        calls.reply(link, 2)
        #expect(try words(silent) == [] && silent.stream?.end == nil)
        silent.stream?.abandon()
        let curious = try calls.listen(#"\#(Self.push),"await":{"kind":["reply","message"]}"#)
        calls.reply(link, 3)
        #expect(try words(curious) == ["reply"] && curious.stream?.end == nil)
    }

    @Test func anothersErrorIsNothingToIt() throws {
        let first = try calls.listen(Self.push)
        let link = try calls.open()
        first.stream?.abandon()
        let second = try calls.listen(Self.push)
        calls.reply(link, 2, status: "error")
        #expect(try words(second) == [])
    }

    @Test(arguments: ["application/x-ndjson", "application/json"])
    func whatIsAnsweredBeforeTheStreamBeginsIs422(_ accept: String) throws {
        let first = try calls.listen(accept: accept)
        let link = try calls.open()
        first.stream?.abandon()
        first.hangUp()
        // Only what finds nothing ahead of it to be sent wakes the connection.
        _ = link.sentTexts()
        link.onWake { link.receive(#"["1","2","t","phx_reply",{"response":{},"status":"error"}]"#) }
        let refused = try calls.listen(Self.push, accept: accept)
        #expect(refused.status == 422 && refused.string("stage") == "reply", "\(refused.text)")
        #expect(refused.string("detail")?.contains("reply_errors") == false)
    }
}

import HTTPCore
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "The pool" and "Messages and events": EventSources that come back find the logs that they have read.
@Suite struct ListenResumptionTests {
    private let calls = CallHarness()

    /// The cursors of a stream's records, and their events.
    private func ids(_ pending: GatewayHarness.Pending) throws -> [String] {
        try calls.text(pending).split(separator: "\n").filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    }

    /// An EventSource with a client of its own, and the cursor that it has read up to.
    private func listener() throws -> (stream: GatewayHarness.Pending, link: ScriptedLink, seen: String) {
        let stream = try calls.listen(accept: "text/event-stream")
        let link = try calls.open()
        calls.receive(link, #"["1",null,"t","a",{}]"#)
        return (stream, link, try #require(try ids(stream).last))
    }

    @Test(arguments: [[0, 1], [1, 0]]) func twoOfOneKeyComeBackEachToItsOwn(_ order: [Int]) throws {
        var streams: [GatewayHarness.Pending] = []
        var seen: [String] = []
        for _ in 0..<2 {
            let (stream, _, last) = try listener()
            seen.append(last)
            streams.append(stream)
        }
        #expect(calls.links.count == 2)
        for stream in streams { stream.stream?.abandon() }
        for link in calls.links { calls.receive(link, #"["1",null,"t","b",{}]"#) }
        for index in order {
            let back = try calls.listen(accept: "text/event-stream", lastEventID: seen[index])
            let text = try calls.text(back)
            #expect(text.contains(#""event":"b""#) && !text.contains("epoch") && !text.contains(#""event":"a""#))
        }
        #expect(calls.links.count == 2)
    }

    @Test func whoseClientIsGoneHasAnotherAndIsTold() throws {
        let (stream, link, seen) = try listener()
        stream.stream?.abandon()
        calls.harness.time.advance(by: .seconds(31))
        #expect(link.closeCodes == [1000])
        let back = try calls.listen(accept: "text/event-stream", lastEventID: seen)
        try calls.open()
        #expect(try calls.text(back).contains(#""reason":"epoch""#) && calls.links.count == 2)
    }

    @Test func whoseClientAnotherListenerHasTakenHasAnotherAndIsTold() throws {
        let (stream, _, seen) = try listener()
        stream.stream?.abandon()
        #expect(try calls.listen().status == 200 && calls.links.count == 1)
        let back = try calls.listen(accept: "text/event-stream", lastEventID: seen)
        try calls.open()
        #expect(try calls.text(back).contains(#""reason":"epoch""#) && calls.links.count == 2)
    }

    @Test func anIDOfNoLogIsTold() throws {
        let (stream, _, _) = try listener()
        stream.stream?.abandon()
        let back = try calls.listen(accept: "text/event-stream", lastEventID: "zzzzzzzz-1")
        #expect(try calls.text(back).contains(#""reason":"epoch""#) && calls.links.count == 1)
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Reads whose answers go on: "Messages and events", the framings.
@Suite struct StreamRoutesTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    @Test func linesBeginWithWhatIsThereAndGoOnAsTheLogGrows() throws {
        let session = try joined()
        session.push("a", #"{"x":1}"#)
        let stream = try StreamHarness.lines(session, "/messages")
        #expect(stream.head.status == 200)
        #expect(stream.head.headers[.contentType] == "application/x-ndjson")
        #expect(stream.head.headers[.testAccelBuffering] == "no")
        let first = stream.received()
        #expect(first.hasPrefix(#"{"cursor":""#) && first.hasSuffix("\"payload\":{\"x\":1}}\n"))
        #expect(stream.received() == "")
        session.push("b")
        session.push("c")
        #expect(try stream.words() == ["b", "c"])
        #expect(stream.body.end == nil)
    }

    @Test func serverSentEventsHaveCursorKindAndEntry() throws {
        let session = try joined()
        session.push("a")
        let entry = try #require(try session.send(.get, "/messages").json.member("messages")?.elements().first)
        let cursor = try #require(entry.member("cursor")?.string)
        let stream = try StreamHarness(session, "/messages", accept: "text/event-stream")
        #expect(stream.head.headers[.contentType] == "text/event-stream")
        #expect(stream.head.headers[.testAccelBuffering] == "no")
        let text = String(decoding: entry.bytes, as: UTF8.self)
        #expect(stream.received() == "retry: 2000\n\nid: \(cursor)\nevent: message\ndata: \(text)\n\n")
    }

    @Test func aCommentOrAHeartbeatComesEach15Seconds() throws {
        let session = try joined()
        let events = try StreamHarness(session, "/messages", accept: "text/event-stream")
        let lines = try StreamHarness.lines(session, "/messages?event=never")
        session.push("other")
        _ = (events.received(), lines.received())
        let latest = try session.latest()
        for _ in 0..<3 {
            harness.time.advance(by: .milliseconds(14_900))
            #expect(events.received() == "" && lines.received() == "")
            harness.time.advance(by: .milliseconds(120))
            #expect(events.received() == ":\n\n")
            // It tells of having moved past what the filter passed over.
            #expect(lines.received() == "{\"kind\":\"heartbeat\",\"next\":\"\(latest)\"}\n")
        }
    }

    @Test func aClientThatTakesNothingIsSentOneHeartbeat() throws {
        let stream = try StreamHarness.lines(try joined(), "/messages")
        harness.time.advance(by: .seconds(100))
        #expect(try stream.words() == ["heartbeat"])
    }

    @Test func lastEventIDBeatsAfter() throws {
        let session = try joined()
        session.push("a")
        let seen = try session.latest()
        session.push("b")
        let stream = try StreamHarness(
            session, "/messages?after=latest", accept: "text/event-stream", lastEventID: seen)
        let text = stream.received()
        #expect(text.contains(#""event":"b""#) && !text.contains(#""event":"a""#))
        let others = try StreamHarness(session, "/messages?after=latest", accept: "text/event-stream", lastEventID: "")
        #expect(others.received() == "retry: 2000\n\n")
    }

    @Test(arguments: ["elsewhere-3", "no cursor", "1"])
    func anUnknownLastEventIDIsAGapAndThenTheStart(_ id: String) throws {
        let session = try joined()
        session.push("a")
        let start = String(try session.latest().prefix { $0 != "-" }) + "-0"
        let stream = try StreamHarness(session, "/messages?limit=2", accept: "text/event-stream", lastEventID: id)
        let text = stream.received()
        #expect(
            text.hasPrefix("retry: 2000\n\nid: \(start)\nevent: gap\ndata: {\"cursor\":\"\(start)\",\"kind\":\"gap\""))
        #expect(text.contains(#""reason":"epoch"}"#) && !text.contains("dropped"))
        // It counts in `limit`.
        #expect(text.contains(#""event":"a""#) && text.contains(#""reason":"limit""#))
    }

    @Test func anUnknownAfterIs410InStreamsToo() throws {
        let session = try joined()
        for accept in ["text/event-stream", "application/x-ndjson"] {
            let headers: HTTPFields = [.accept: accept]
            #expect(try session.send(.get, "/messages?after=elsewhere-3", headers: headers).status == 410)
            #expect(try session.send(.get, "/messages?after=x", headers: headers).status == 400)
        }
    }

    @Test func aStreamIsRotatedAfterTenMinutes() throws {
        let session = try joined()
        session.push("a")
        let lines = try StreamHarness.lines(session, "/messages")
        let events = try StreamHarness(session, "/messages", accept: "text/event-stream")
        _ = (lines.received(), events.received())
        for _ in 0..<39 {
            harness.time.advance(by: .seconds(15))
            _ = (lines.received(), events.received())
        }
        harness.time.advance(by: .seconds(14))
        _ = (lines.received(), events.received())
        #expect(lines.body.end == nil)
        harness.time.advance(by: .seconds(2))
        let latest = try session.latest()
        let end = #"{"kind":"end","reason":"rotated","next":"\#(latest)"}"#
        #expect(lines.received() == end + "\n")
        #expect(events.received() == "id: \(latest)\nevent: end\ndata: \(end)\n\n")
        #expect(lines.body.end == .finished && events.body.end == .finished)
    }

    @Test func aSessionsEndIsToldBehindWhatTheLogHad() throws {
        let session = try joined()
        let stream = try StreamHarness.lines(session, "/messages")
        // The connection's loop has logged it, and the waiting thread not looked yet.
        session.link.handler.transportReceived([.text(Array(#"["1",null,"t","last",{}]"#.utf8))])
        #expect(try session.send(.delete, "").status == 204)
        let records = try stream.records()
        #expect(records.map { $0.member("event")?.string ?? $0.member("reason")?.string } == ["last", "session-ended"])
        #expect(records[1].member("next")?.string == records[0].member("cursor")?.string)
        #expect(stream.body.end == .finished)
    }

    @Test func drainingEndsStreams() throws {
        let stream = try StreamHarness.lines(try joined(), "/events?kind=left")
        harness.gateway.drain()
        #expect(try stream.records().last?.member("reason")?.string == "draining")
        #expect(stream.body.end == .finished)
    }

    @Test func anEndThatComesWhileTheClientIsBehindIsToldWhenItHasRead() throws {
        let session = try joined()
        let stream = try StreamHarness.lines(session, "/messages")
        session.push("a")
        #expect(try session.send(.delete, "").status == 204)
        let records = try stream.records()
        #expect(records.map { $0.member("event")?.string ?? $0.member("reason")?.string } == ["a", "session-ended"])
    }

    @Test func theLimitEndsAStream() throws {
        let session = try joined()
        session.push("a")
        let stream = try StreamHarness.lines(session, "/messages?limit=2")
        #expect(try stream.words() == ["a"])
        session.push("b")
        session.push("c")
        let records = try stream.records()
        #expect(records.map { $0.member("event")?.string ?? $0.member("reason")?.string } == ["b", "limit"])
        #expect(records[1].member("next")?.string == records[0].member("cursor")?.string)
        let atOnce = try StreamHarness.lines(session, "/messages?limit=1")
        #expect(try atOnce.words() == ["a", "end"])
        #expect(atOnce.body.end == .finished)
    }

    @Test func filtersNarrowAStream() throws {
        let session = try joined()
        for event in ["a1", "b1", "a2"] { session.push(event, #"{"n":\#(event.hasSuffix("1") ? 1 : 2)}"#) }
        #expect(try StreamHarness.lines(session, "/messages?event=a*").words() == ["a1", "a2"])
        #expect(try StreamHarness.lines(session, "/messages?match=%7B%22n%22:2%7D").words() == ["a2"])
        #expect(try StreamHarness.lines(session, "/messages?topic=u").words() == [])
        #expect(try StreamHarness.lines(session, "/topics/t/messages").words() == ["a1", "b1", "a2"])
        #expect(
            try StreamHarness.lines(session, "/events?kind=joined&kind=connected").words() == ["connected", "joined"])
        let headers: HTTPFields = [.accept: "application/x-ndjson"]
        #expect(try session.send(.get, "/topics/never/messages", headers: headers).status == 404)
    }

    @Test func aStreamHasNoWait() throws {
        let stream = try StreamHarness.lines(try joined(), "/messages?wait=1s")
        harness.time.advance(by: .seconds(5))
        #expect(stream.body.end == nil && stream.received() == "")
    }

    @Test func anotherAcceptIs406() throws {
        let session = try joined()
        for path in ["/messages", "/topics/t/messages", "/events"] {
            let answer = try session.send(.get, path, headers: [.accept: "text/html"])
            #expect(answer.status == 406 && answer.string("code") == "not-acceptable")
        }
    }
}

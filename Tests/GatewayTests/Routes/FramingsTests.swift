import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Messages and events": the three reads share one cursor space and the framings.
@Suite struct FramingsTests {
    private let session: SessionHarness
    private static let paths = ["/messages", "/events", "/topics/t/messages"]

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func member(_ path: String) -> String { path.hasSuffix("events") ? "events" : "messages" }

    @Test(arguments: paths) func aReadIsInEachFramingWhatItIsInJSON(_ path: String) throws {
        let start = try session.latest()
        for event in ["a", "b", "c"] { session.push(event, #"{"n":1}"#) }
        let json = try session.send(.get, "\(path)?after=\(start)")
        let entries = json.json.member(member(path))?.elements().map { String(decoding: $0.bytes, as: UTF8.self) } ?? []
        #expect(entries.count == 3)
        let lines = try StreamHarness.lines(session, "\(path)?after=\(start)")
        #expect(lines.received() == entries.map { $0 + "\n" }.joined())
        let events = try StreamHarness(session, "\(path)?after=\(start)", accept: "text/event-stream")
        let text = events.received()
        #expect(text.hasPrefix("retry: 2000\n\nid: "))
        #expect(text.matches(of: /event: message\ndata: (.*)\n\n/).map { String($0.output.1) } == entries)
        session.push("d")
        #expect(try lines.words() == ["d"])
        #expect(events.received().hasSuffix("\"event\":\"d\",\"payload\":{}}\n\n"))
    }

    @Test(arguments: paths) func aStreamGoesOnWhereItsLastEventWas(_ path: String) throws {
        session.push("a")
        let seen = try session.latest()
        session.push("b")
        let stream = try StreamHarness(session, path, accept: "text/event-stream", lastEventID: seen)
        #expect(stream.received().matches(of: /"event":"(.)"/).map { String($0.output.1) } == ["b"])
        let other = try StreamHarness(session, path, accept: "text/event-stream", lastEventID: "elsewhere-1")
        #expect(other.received().contains(#""reason":"epoch""#))
    }

    @Test(arguments: paths) func newlinesComeAheadOfEach(_ path: String) throws {
        let read = try StreamHarness(session, "\(path)?after=latest&wait=30s&heartbeat=10s", accept: "*/*")
        session.harness.time.advance(by: .milliseconds(10_050))
        #expect(read.received() == "\n")
        session.push("e")
        let text = read.received()
        #expect(text.hasPrefix("{\"\(member(path))\":[{\"cursor\":") && read.body.end == .finished)
    }

    @Test(arguments: paths) func aCursorOfOneIsACursorOfTheOthers(_ path: String) throws {
        session.push("a")
        let next = try #require(try session.send(.get, path).string("next"))
        session.push("b")
        for other in Self.paths {
            let read = try session.send(.get, "\(other)?after=\(next)")
            let events = read.json.member(member(other))?.elements().map { $0.member("event")?.string }
            #expect(events == ["b"], "\(path) to \(other)")
        }
    }

    @Test(arguments: paths) func aStreamWaitsOnOverADisconnect(_ path: String) throws {
        let stream = try StreamHarness.lines(session, "\(path)?after=latest")
        session.link.handler.transportClosed(code: 1012, reason: "")
        session.harness.transport.advance(.seconds(1))
        let link = try #require(session.harness.transport.links.last)
        link.accept()
        link.receive(
            #"["2","2","t","phx_reply",{"response":{},"status":"ok"}]"#, #"["2",null,"t","e",{}]"#)
        session.harness.time.run()
        let own = path.hasSuffix("events") ? ["disconnected", "connected", "joined", "gap", "e"] : ["gap", "e"]
        #expect(try stream.words() == own)
        #expect(stream.body.end == nil)
    }
}

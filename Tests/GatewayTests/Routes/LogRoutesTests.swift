import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What the log keeps, what it drops and how that is told: "Model" and "Messages and events".
@Suite struct LogRoutesTests {
    private let harness = GatewayHarness()

    private func joined(_ log: String = "") throws -> SessionHarness {
        let session = try harness.session(log.isEmpty ? "" : #","log":\#(log)"#)
        try session.join()
        return session
    }

    /// What a read shows: each message's event, each gap's reason and number.
    private func words(_ pending: GatewayHarness.Pending) -> [String] {
        pending.json.member("messages")?.elements().compactMap { entry in
            entry.member("event")?.string
                ?? "\(entry.member("reason")?.string ?? "") \(entry.member("dropped")?.integer ?? -1)"
        } ?? []
    }

    private func cursors(_ pending: GatewayHarness.Pending) -> [String] {
        pending.json.member("messages")?.elements().compactMap { $0.member("cursor")?.string } ?? []
    }

    @Test func releasingGivesUpWhatWasReadAndIsToldAsAGap() throws {
        let session = try joined()
        for event in ["a", "b", "c"] { session.push(event) }
        let cursors = cursors(try session.send(.get, "/messages"))
        #expect(try session.send(.delete, "/messages?through=\(cursors[1])").status == 204)
        let read = try session.send(.get, "/messages")
        #expect(words(read) == ["released 4", "c"])
        #expect(self.cursors(read) == [cursors[1], cursors[2]])
        #expect(words(try session.send(.get, "/messages?after=\(cursors[1])")) == ["c"])
        #expect(words(try session.send(.get, "/messages?after=\(cursors[0])")) == ["released 1", "c"])
        #expect(try session.send(.get, "").string("oldest") == cursors[1])
        #expect(try session.send(.get, "").json.member("log")?.member("entries")?.integer == 1)
        // Repeated or lower: the same.
        for cursor in [cursors[1], cursors[0]] {
            #expect(try session.send(.delete, "/messages?through=\(cursor)").status == 204)
        }
        #expect(words(try session.send(.get, "/messages")) == ["released 4", "c"])
    }

    @Test func aReleasedReplyIsGone() throws {
        let session = try joined()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        session.reply(2)
        #expect(try session.send(.get, "/replies/\(ref)").status == 200)
        #expect(try session.send(.delete, "/messages?through=\(try session.latest())").status == 204)
        #expect(try session.send(.get, "/replies/\(ref)").status == 404)
    }

    @Test func releasingThroughNoCursorOrAnothersIsRefused() throws {
        let session = try joined()
        session.push("a")
        let ahead = String(try session.latest().prefix { $0 != "-" }) + "-99"
        for query in ["", "?through=", "?through=x", "?through=latest", "?after=x"] {
            #expect(try session.send(.delete, "/messages\(query)").status == 400, "\(query)")
        }
        for cursor in ["elsewhere-1", ahead] {
            let refused = try session.send(.delete, "/messages?through=\(cursor)")
            #expect(refused.status == 410 && refused.string("code") == "cursor-expired")
            #expect(try refused.string("oldest") != nil && refused.string("latest") == session.latest())
        }
        #expect(words(try session.send(.get, "/messages")) == ["a"])
    }

    @Test func aLogKeepsWhatItsMakerSaid() throws {
        let session = try joined(#"{"max_entries":2,"max_bytes":2048,"max_age":"10s","overflow":"drop_oldest"}"#)
        let log = try #require(try session.send(.get, "").json.member("log"))
        #expect(log.member("max_entries")?.integer == 2 && log.member("max_bytes")?.integer == 2_048)
        #expect(log.member("max_age")?.integer == 10 && log.member("overflow")?.string == "drop_oldest")
        for event in ["a", "b", "c"] { session.push(event) }
        #expect(words(try session.send(.get, "/messages")) == ["overflow 3", "b", "c"])
        session.push("big", "\"\(String(repeating: "x", count: 1_900))\"")
        #expect(words(try session.send(.get, "/messages")) == ["overflow 5", "big"])
        harness.time.advance(by: .seconds(11))
        #expect(words(try session.send(.get, "/messages")) == ["age 6"])
    }

    @Test func aLogThatIsNotSaidIsAsConfigured() throws {
        let log = try #require(try joined().send(.get, "").json.member("log"))
        #expect(log.member("max_entries")?.integer == 10_000 && log.member("max_bytes")?.integer == 8_388_608)
        #expect(log.member("max_age")?.integer == 3_600 && log.member("overflow")?.string == "drop_oldest")
    }

    @Test(arguments: [
        (#"{"max_entries":0}"#, "/log/max_entries"), (#"{"max_entries":100001}"#, "/log/max_entries"),
        (#"{"max_bytes":1023}"#, "/log/max_bytes"), (#"{"max_bytes":67108865}"#, "/log/max_bytes"),
        (#"{"max_age":"0s"}"#, "/log/max_age"), (#"{"max_age":"25h"}"#, "/log/max_age"),
        (#"{"overflow":"drop"}"#, "/log/overflow"), (#"{"size":1}"#, "/log/size"), ("1", "/log"),
    ])
    func aBadLogIs400AndSaysWhere(_ log: String, _ pointer: String) throws {
        let refused = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1/s","log":\#(log)}"#)
        #expect(refused.status == 400)
        #expect(refused.json.member("errors")?.elements().first?.member("pointer")?.string == pointer)
        #expect(harness.transport.links.isEmpty)
    }

    @Test func overflowCloseEndsTheSessionRatherThanLoseAnything() throws {
        let session = try joined(#"{"max_entries":4,"overflow":"close"}"#)
        let stream = try StreamHarness.lines(session, "/messages")
        let waiting = try session.send(.get, "/messages?event=never&wait=50s")
        session.push("a")
        session.push("b")
        #expect(words(try session.send(.get, "/messages")) == ["a", "b"])
        _ = stream.received()
        session.push("c")
        #expect(waiting.status == 410 && waiting.string("reason") == "overflow")
        // A reader that is there is given what made it overflow.
        #expect(try stream.words() == ["c", "end"])
        #expect(try session.send(.get, "").string("reason") == "overflow")
        #expect(session.link.closeCodes == [1000])
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func aGapCountsInTheLimit() throws {
        let session = try joined(#"{"max_entries":2}"#)
        for event in ["a", "b", "c"] { session.push(event) }
        let first = try session.send(.get, "/messages?limit=2")
        #expect(words(first) == ["overflow 3", "b"])
        #expect(first.json.member("more")?.bool == true)
        let next = try #require(first.string("next"))
        #expect(words(try session.send(.get, "/messages?limit=2&after=\(next)")) == ["c"])
    }

    @Test func gapsPassTheFiltersThatCannotConcernThem() throws {
        let session = try joined(#"{"max_entries":3}"#)
        for event in ["a", "b", "c"] { session.push(event) }
        for query in ["event=c", "topic=u&event=c", "match=1"] {
            #expect(words(try session.send(.get, "/messages?\(query)")).first == "overflow 2", "\(query)")
        }
        session.receive(#"["1","1","t","phx_error",{}]"#)
        harness.transport.advance(.seconds(1))
        session.reply(2, joinRef: 2)
        // A topic's gap has a topic, and no event or payload that could be asked for.
        #expect(words(try session.send(.get, "/messages?event=c&after=oldest")) == ["rejoin -1"])
        #expect(words(try session.send(.get, "/messages?topic=u&after=oldest")) == [])
        let messages = try session.send(.get, "/events?kind=message&after=oldest").json.member("events")
        #expect(messages?.elements().isEmpty == true)
    }

    @Test func nextMovesPastWhatTheFiltersPassedOver() throws {
        let session = try joined()
        for _ in 0..<5 { session.push("other") }
        let read = try session.send(.get, "/messages?event=never")
        #expect(try words(read) == [] && read.string("next") == session.latest())
        #expect(read.json.member("more")?.bool == false)
    }

    @Test func anAnswerIsAtMostFourMebibytesAndOneEntry() throws {
        let session = try joined()
        for number in 0..<7 { session.push("e\(number)", "\"\(String(repeating: "x", count: 900_000))\"") }
        let read = try session.send(.get, "/messages")
        #expect(words(read) == ["e0", "e1", "e2", "e3", "e4"])
        #expect(read.text.utf8.count < 4 * 1024 * 1024 + 901_000)
        #expect(read.json.member("more")?.bool == true)
        let next = try #require(read.string("next"))
        #expect(words(try session.send(.get, "/messages?after=\(next)")) == ["e5", "e6"])
    }

    @Test func anAwaitThatBeginsBeforeWhatIsKeptSaysSo() throws {
        let session = try joined(#"{"max_entries":3}"#)
        for number in 0..<5 { session.push("e\(number)") }
        let oldest = try #require(try session.send(.get, "").string("oldest"))
        let found = try session.send(.post, "/await", #"{"event":"e3"}"#)
        #expect(found.status == 200 && found.json.member("message")?.member("event")?.string == "e3")
        let gap = try #require(found.json.member("gap"))
        #expect(gap.member("kind")?.string == "gap" && gap.member("reason")?.string == "overflow")
        #expect(gap.member("dropped")?.integer == 4 && gap.member("cursor")?.string == oldest)
        let counted = try session.send(.post, "/await", #"{"count":3,"kind":"message"}"#)
        #expect(words(counted) == ["e2", "e3", "e4"] && counted.json.member("gap") != nil)
        // What is gone is not waited for without a word.
        let late = try session.send(.post, "/await?wait=0", #"{"event":"e0"}"#)
        #expect(late.status == 504 && late.json.member("gap")?.member("dropped")?.integer == 4)
        let whole = try session.send(.post, "/await", #"{"event":"e3","after":"oldest"}"#)
        #expect(whole.status == 200 && whole.json.member("gap") == nil)
        // One that wants gaps finds this one.
        let wanted = try session.send(.post, "/await", #"{"kind":["message","gap"]}"#)
        #expect(wanted.json.member("message")?.bytes == gap.bytes && wanted.json.member("gap") == nil)
    }

    @Test func whatIsLostWhileAnAwaitWaitsIsToldWithTheRest() throws {
        let session = try joined(#"{"max_entries":3}"#)
        for number in 0..<2 { session.push("e\(number)") }
        let waiting = try session.send(.post, "/await?wait=5s", #"{"event":"e9"}"#)
        // All of them at once: no reader comes in between.
        session.receive(
            #"["1",null,"t","e2",{}]"#, #"["1",null,"t","e3",{}]"#, #"["1",null,"t","e4",{}]"#,
            #"["1",null,"t","e5",{}]"#)
        harness.time.advance(by: .seconds(6))
        #expect(waiting.status == 504)
        // One before it came, and one since.
        #expect(waiting.json.member("gap")?.member("dropped")?.integer == 2)
    }

    @Test func atDrainAnAwaitIsToldOfTheGapBehindItsNext() throws {
        let session = try joined(#"{"max_entries":3}"#)
        for number in 0..<5 { session.push("e\(number)") }
        let waiting = try session.send(.post, "/await?wait=5s", #"{"event":"e9"}"#)
        harness.gateway.drain()
        #expect(waiting.status == 503 && waiting.json.member("gap")?.member("dropped")?.integer == 4)
    }

    @Test func aGapOfWhatIsNoLongerKeptIsToldWhateverKindsAreRead() throws {
        let session = try joined(#"{"max_entries":3}"#)
        for number in 0..<5 { session.push("e\(number)") }
        func kinds(_ query: String) throws -> [String] {
            try session.send(.get, "/events?\(query)").json.member("events")?.elements().compactMap {
                $0.member("event")?.string ?? $0.member("kind")?.string
            } ?? []
        }
        #expect(try kinds("kind=message") == ["gap", "e2", "e3", "e4"])
        #expect(try kinds("kind=message&limit=1") == ["gap"])
        #expect(try kinds("kind=reply&kind=joined") == ["gap"])
        #expect(try kinds("kind=message&after=oldest") == ["e2", "e3", "e4"])
        #expect(try StreamHarness.lines(session, "/events?kind=message").words() == ["gap", "e2", "e3", "e4"])
        // Of the two, each counts in the limit.
        let foreign = try StreamHarness(
            session, "/events?kind=message&limit=1", accept: "text/event-stream", lastEventID: "elsewhere-1")
        let text = foreign.received()
        #expect(text.contains(#""reason":"epoch""#) && !text.contains(#""reason":"overflow""#))
        #expect(text.contains("event: end"))
    }
}

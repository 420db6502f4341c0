import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// `api.md`, "Messages and events", "Matching", as reads and `await` have it.
@Suite struct MatchRoutesTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func push(_ event: String, _ payload: String, to session: SessionHarness) {
        session.receive(#"["1",null,"t","\#(event)",\#(payload)]"#)
    }

    private func events(_ pending: GatewayHarness.Pending, _ name: String = "messages") -> [String] {
        pending.json.member(name)?.elements().compactMap { $0.member("event")?.string } ?? []
    }

    private func escaped(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func match(_ pattern: String) -> String { "match=\(escaped(pattern))" }

    private func error(_ pending: GatewayHarness.Pending) -> (status: Int?, code: String?, pointer: String?) {
        let error = pending.json.member("errors")?.elements().first
        return (pending.status, pending.string("code"), error?.member("pointer")?.string)
    }

    @Test func operatorsWorkInAQuery() throws {
        let session = try joined()
        push("low", #"{"n":1,"user":{"name":"ann"}}"#, to: session)
        push("high", #"{"n":9.50,"user":{"name":"bob"}}"#, to: session)
        push("none", #"{"user":{"name":"abe"}}"#, to: session)
        func found(_ pattern: String) throws -> [String] {
            events(try session.send(.get, "/messages?\(match(pattern))"))
        }
        #expect(try found(#"{"n":{"$gt":1}}"#) == ["high"])
        #expect(try found(#"{"n":{"$not":9.5}}"#) == ["low"])
        #expect(try found(#"{"n":{"$exists":false}}"#) == ["none"])
        #expect(try found(#"{"user":{"name":{"$prefix":"a"}}}"#) == ["low", "none"])
        #expect(try found(#"{"n":{"$in":[1,9.5]}}"#) == ["low", "high"])
        #expect(try found(#"{"$any":true}"#) == ["low", "high", "none"])
        #expect(try events(session.send(.get, "/topics/t/messages?\(match(#"{"n":1}"#))")) == ["low"])
        #expect(try events(session.send(.get, "/events?kind=message&\(match(#"{"n":1}"#))"), "events") == ["low"])
    }

    @Test func repeatedTopicsAndEventsAreAlternatives() throws {
        let session = try joined()
        for event in ["a", "b", "c:1", "c*"] { push(event, "{}", to: session) }
        #expect(try events(session.send(.get, "/messages?event=a&event=b")) == ["a", "b"])
        #expect(try events(session.send(.get, "/messages?event=c*&event=b")) == ["b", "c:1", "c*"])
        #expect(try events(session.send(.get, "/messages?event=c%5C*")) == ["c*"])
        #expect(try events(session.send(.get, "/messages?topic=other&topic=t&event=a")) == ["a"])
        #expect(try events(session.send(.get, "/messages?topic=other&event=a")) == [])
        let awaited = try session.send(.post, "/await", #"{"topic":["other","t*"],"event":["x","c:*"]}"#)
        #expect(awaited.json.member("message")?.member("event")?.string == "c:1")
    }

    @Test func awaitMirrorsAwaitMessage() throws {
        let session = try joined()
        let waiting = try session.send(
            .post, "/await?wait=5s", #"{"topic":"t","event":"foo","payload":{"bar":{"$any":true},"n":{"$gte":2}}}"#)
        push("foo", #"{"n":2}"#, to: session)
        push("bar", #"{"bar":1,"n":2}"#, to: session)
        push("foo", #"{"bar":1,"n":1.9}"#, to: session)
        #expect(waiting.isWaiting)
        push("foo", #"{"bar":null,"n":2.0}"#, to: session)
        #expect(waiting.json.member("message")?.member("payload")?.member("bar")?.isNull == true)
    }

    @Test func aBinaryPayloadHasATypeOfItsOwn() throws {
        let session = try joined()
        push("text", #"{"$binary":"AQI="}"#, to: session)
        // A broadcast: kind 2, the lengths of topic and event, these, and the data.
        session.link.handler.transportReceived([.binary([2, 1, 5] + Array("tbytes".utf8) + [1, 2])])
        harness.time.run()
        func found(_ pattern: String) throws -> [String] {
            events(try session.send(.get, "/messages?\(match(pattern))"))
        }
        #expect(try found(#"{"$type":"binary"}"#) == ["bytes"])
        #expect(try found(#"{"$type":"object"}"#) == ["text"])
        #expect(try found(#"{"$literal":{"$binary":"AQI="}}"#) == ["text", "bytes"])
    }

    @Test func anEntryWithATopicAndNoPayloadMatchesOnlyItsAbsence() throws {
        let session = try joined()
        try session.send(.delete, "/topics/t?wait=0")
        session.reply(2)
        func kinds(_ pattern: String) throws -> [String?] {
            let read = try session.send(.get, "/events?kind=left&kind=joined&\(match(pattern))")
            return read.json.member("events")?.elements().map { $0.member("kind")?.string } ?? []
        }
        #expect(try session.kinds().contains("left"))
        #expect(try kinds(#"{"$exists":false}"#) == ["left"])
        #expect(try kinds(#"{"$any":true}"#) == ["joined"])
    }

    @Test func aPatternLooksAtWhatEachKindHasToSay() throws {
        let session = try harness.session()
        let joined = try session.send(.put, "/topics/t")
        session.reply(1, #"{"n":1}"#)
        let refused = try session.send(.put, "/topics/u")
        session.receive(#"["2","2","u","phx_reply",{"response":{"n":1},"status":"error"}]"#)
        #expect(joined.status == 201 && refused.status == 403)
        try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        session.reply(3, #"{"n":1}"#)
        push("message", #"{"n":1}"#, to: session)
        push("other", #"{"n":2}"#, to: session)
        let read = try session.send(.get, "/events?\(match(#"{"n":1}"#))")
        let kinds = read.json.member("events")?.elements().compactMap { $0.member("kind")?.string } ?? []
        // The connection's own pass.
        #expect(kinds == ["connected", "joined", "join_failed", "reply", "message"])
        let reply = try session.send(.post, "/await?wait=0", #"{"kind":"reply","payload":{"n":1}}"#)
        #expect(reply.json.member("message")?.member("response")?.member("n")?.integer == 1)
    }

    @Test(arguments: [
        ("match=%7B", ""), ("match=lobby", ""), ("match=", ""), ("match=1%202", ""),
        ("match=%7B%22a%22:%7B%22$any%22:false%7D%7D", "/a/$any"), ("match=%7B%22$gt%22:1,%22a%22:1%7D", "/$gt"),
        ("match=[%7B%22$regex%22:%22.%22%7D]", "/0/$regex"),
    ])
    func aQueryThatIsNoPatternIs400WithWhere(_ query: String, _ pointer: String) throws {
        let session = try joined()
        for path in ["/messages", "/events", "/topics/t/messages"] {
            #expect(try error(session.send(.get, "\(path)?\(query)")) == (400, "invalid-pattern", pointer))
        }
    }

    @Test(arguments: [
        (#"{"payload":{"a":{"$type":"int"}}}"#, "/payload/a/$type"),
        (#"{"payload":{"a":1,"$any":true}}"#, "/payload/$any"),
        (#"{"event":"e","payload":[1,{"$in":0}]}"#, "/payload/1/$in"),
    ])
    func aBodyThatIsNoPatternIs400WithWhere(_ body: String, _ pointer: String) throws {
        let session = try joined()
        #expect(try error(session.send(.post, "/await", body)) == (400, "invalid-pattern", pointer))
    }

    @Test func aPatternHasFourKibibytesInAQueryAndSixteenInABody() throws {
        let session = try joined()
        func padded(_ size: Int) -> String { #"{"a":"\#(String(repeating: "x", count: size - 8))"}"# }
        #expect(padded(100).utf8.count == 100)
        #expect(try session.send(.get, "/messages?\(match(padded(4_096)))").status == 200)
        #expect(try error(session.send(.get, "/messages?\(match(padded(4_097)))")) == (400, "invalid-pattern", ""))
        #expect(try session.send(.post, "/await?wait=0", #"{"payload":\#(padded(16_384))}"#).status == 504)
        let tooLong = try session.send(.post, "/await", #"{"payload":\#(padded(16_385))}"#)
        #expect(error(tooLong) == (400, "invalid-pattern", "/payload"))
    }

    @Test func aPatternHasThirtyTwoLevelsInAQueryAndInABody() throws {
        let session = try joined()
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        let place = String(repeating: "/0", count: 32)
        #expect(try session.send(.get, "/messages?\(match(nested(32)))").status == 200)
        #expect(try session.send(.post, "/await?wait=0", #"{"payload":\#(nested(32))}"#).status == 504)
        for levels in [33, 100, 600, 2_000] {
            let read = try session.send(.get, "/messages?\(match(nested(levels)))")
            #expect(error(read) == (400, "invalid-pattern", place))
            let body = #"{"payload":\#(nested(levels))}"#
            #expect(try error(session.send(.post, "/await", body)) == (400, "invalid-pattern", "/payload" + place))
        }
    }

    @Test func aPatternMayHoldWhatNoServerWouldTake() throws {
        let session = try joined()
        push("huge", #"{"n":1e400,"s":"\ud800"}"#, to: session)
        let body = #"{"payload":{"n":{"$gt":9e399},"s":"\ud800"}}"#
        #expect(try session.send(.post, "/await?wait=0", body).status == 200)
    }
}

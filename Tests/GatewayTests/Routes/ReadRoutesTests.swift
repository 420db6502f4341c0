import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct ReadRoutesTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func push(_ event: String, _ payload: String, to session: SessionHarness) {
        session.receive(#"["1",null,"t","\#(event)",\#(payload)]"#)
    }

    private func events(_ pending: GatewayHarness.Pending) -> [String] {
        pending.json.member("messages")?.elements().compactMap { $0.member("event")?.string } ?? []
    }

    @Test func readsNeverDeleteAndCursorsGoOn() throws {
        let session = try joined()
        for number in 0..<5 { push("e\(number)", "{}", to: session) }
        let first = try session.send(.get, "/messages?limit=2")
        #expect(events(first) == ["e0", "e1"])
        #expect(first.json.member("more")?.bool == true)
        let next = try #require(first.string("next"))
        #expect(events(try session.send(.get, "/messages?limit=2&after=\(next)")) == ["e2", "e3"])
        #expect(events(try session.send(.get, "/messages?limit=2&after=\(next)")) == ["e2", "e3"])
        let all = try session.send(.get, "/messages?after=oldest")
        #expect(events(all).count == 5)
        #expect(all.json.member("more")?.bool == false)
        let end = try #require(all.string("next"))
        let nothing = try session.send(.get, "/messages?after=\(end)")
        #expect(nothing.status == 200 && events(nothing) == [] && nothing.string("next") == end)
    }

    @Test func aWaitingReadIsAnsweredByTheFirstMatch() throws {
        let session = try joined()
        let any = try session.send(.get, "/messages?after=latest&wait=10s")
        let matching = try session.send(.get, "/topics/t/messages?after=latest&wait=10s&event=x*&match=%7B%22a%22:1%7D")
        push("y", "{}", to: session)
        #expect(events(any) == ["y"])
        push("x1", #"{"a":2}"#, to: session)
        #expect(matching.isWaiting)
        push("x2", #"{"b":0,"a":1.0}"#, to: session)
        #expect(events(matching) == ["x2"])
        let next = try #require(matching.string("next"))
        #expect(events(try session.send(.get, "/messages?after=\(next)")) == [])
    }

    @Test func aReadThatWaitsInVainIsEmpty() throws {
        let session = try joined()
        let read = try session.send(.get, "/messages?after=latest&wait=2")
        push("ignored", "{}", to: session)
        let filtered = try session.send(.get, "/messages?after=latest&event=never&wait=2")
        push("other", "{}", to: session)
        #expect(events(read) == ["ignored"])
        harness.time.advance(by: .seconds(3))
        #expect(filtered.status == 200 && events(filtered) == [])
        // It moved past what it looked at.
        let next = try #require(filtered.string("next"))
        #expect(events(try session.send(.get, "/messages?after=\(next)")) == [])
    }

    @Test func everyKindIsInEventsAndFiltersNarrow() throws {
        let session = try joined()
        push("m", "{}", to: session)
        try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        session.reply(2)
        #expect(try session.kinds() == ["connected", "joined", "message", "reply"])
        let some = try session.send(.get, "/events?kind=reply&kind=connected")
        #expect(some.json.member("events")?.elements().count == 2)
        let other = try session.send(.get, "/events?topic=other")
        #expect(other.json.member("events")?.elements().compactMap { $0.member("kind")?.string } == ["connected"])
        #expect(try session.send(.get, "/topics/never/messages").status == 404)
    }

    @Test func awaitTakesTheFirstMatchFromTheStart() throws {
        let session = try joined()
        push("foo", #"{"bar":"no"}"#, to: session)
        push("foo", #"{"bar":"baz","more":[1]}"#, to: session)
        let exact = try session.send(
            .post, "/await", #"{"topic":"t","event":"foo","payload":{"bar":"baz"}}"#)
        #expect(exact.status == 200)
        #expect(exact.text.contains(#""payload":{"bar":"baz","more":[1]}"#))
        let next = try #require(exact.string("next"))
        let waiting = try session.send(.post, "/await?wait=5s", #"{"after":"\#(next)","event":"f*"}"#)
        #expect(waiting.isWaiting)
        push("bar", "{}", to: session)
        push("fizz", "{}", to: session)
        #expect(waiting.json.member("message")?.member("event")?.string == "fizz")
        #expect(try session.send(.post, "/await", "{}").json.member("message")?.member("event")?.string == "foo")
    }

    @Test func awaitWithACountTakesSoMany() throws {
        let session = try joined()
        push("a", "1", to: session)
        let waiting = try session.send(.post, "/await?wait=5s", #"{"event":["a","b"],"count":3}"#)
        push("b", "2", to: session)
        push("c", "3", to: session)
        #expect(waiting.isWaiting)
        push("a", "4", to: session)
        #expect(events(waiting) == ["a", "b", "a"])
    }

    @Test func awaitInVainIs504WithAPlaceToGoOnFrom() throws {
        let session = try joined()
        push("a", "1", to: session)
        let one = try session.send(.post, "/await", #"{"event":"never"}"#)
        let two = try session.send(.post, "/await?wait=5s", #"{"event":"a","count":2}"#)
        harness.time.advance(by: .seconds(6))
        #expect(one.status == 504 && one.string("code") == "await-timeout")
        let latest = try session.send(.get, "/messages?after=latest").string("next")
        #expect(one.string("next") == latest)
        #expect(two.status == 504 && events(two) == ["a"])
        #expect(try session.send(.post, "/await?wait=0", #"{"event":"never"}"#).status == 504)
    }

    @Test func otherKindsCanBeAwaited() throws {
        let session = try joined()
        let waiting = try session.send(.post, "/await?wait=5s", #"{"kind":"disconnected"}"#)
        session.link.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
        #expect(waiting.json.member("message")?.member("cause")?.string == "server")
    }

    @Test func cursorsThatAreNoneOrOfAnotherLogAreRefused() throws {
        let session = try joined()
        let other = try GatewayHarness().session()
        let foreign = try #require(try other.send(.get, "/messages").string("next"))
        let expired = try session.send(.get, "/messages?after=\(foreign)&wait=10s")
        #expect(expired.status == 410)
        #expect(expired.string("code") == "cursor-expired")
        let latest = try #require(expired.string("latest"))
        #expect(try session.send(.get, "/messages?after=\(latest)").status == 200)
        let ahead = String(latest.prefix { $0 != "-" }) + "-999"
        #expect(try session.send(.get, "/messages?after=\(ahead)").status == 410)
        for bad in ["x", "-1", "a-b", "a-1-2", "%C3%A9-1"] {
            #expect(try session.send(.get, "/messages?after=\(bad)").status == 400, "\(bad)")
        }
        #expect(try session.send(.post, "/await", #"{"after":"x"}"#).status == 400)
    }

    @Test func whatTheLogDroppedIsToldAsAGap() throws {
        let harness = GatewayHarness { $0.log.maxEntries = 3 }
        let session = try harness.session()
        try session.join()
        for number in 0..<5 { push("e\(number)", "{}", to: session) }
        let read = try session.send(.get, "/messages")
        let messages = try #require(read.json.member("messages")).elements()
        #expect(messages.compactMap { $0.member("kind")?.string } == ["gap", "message", "message", "message"])
        #expect(messages[0].member("reason")?.string == "overflow")
        #expect(messages[0].member("dropped")?.integer == 4)
        let gap = try #require(messages[0].member("cursor")?.string)
        #expect(events(try session.send(.get, "/messages?after=\(gap)")) == ["e2", "e3", "e4"])
        #expect(events(try session.send(.get, "/messages?after=oldest")) == ["e2", "e3", "e4"])
        #expect(try session.send(.get, "/messages?limit=1").json.member("messages")?.elements().count == 1)
        harness.time.advance(by: .seconds(3_700))
        _ = try? harness.session()
    }

    @Test func oldEntriesAreDroppedByAge() throws {
        let harness = GatewayHarness { $0.log.maxAge = .seconds(60) }
        let session = try harness.session()
        try session.join()
        push("old", "{}", to: session)
        harness.time.advance(by: .seconds(61))
        let read = try session.send(.get, "/messages")
        #expect(read.text.contains(#""kind":"gap""#) && read.text.contains(#""reason":"age""#))
        #expect(!read.text.contains("old\""))
    }

    @Test(arguments: [
        "/messages?wait=soon", "/messages?wait=-1", "/messages?wait=1e3", "/messages?limit=0", "/messages?limit=1001",
        "/messages?limit=x", "/messages?match=%7B", "/messages?match=%7B%22$gt%22:%7B%7D%7D", "/messages?kind=message",
        "/messages?wait=1&wait=2", "/events?kind=nope", "/messages?after=", "/topics/t/messages?topic=t",
    ])
    func aBadQueryIs400(_ path: String) throws {
        let session = try joined()
        #expect(try session.send(.get, path).status == 400)
        #expect(try session.kinds() == ["connected", "joined"])
    }

    @Test(arguments: [
        (#"{"payload":{"$gt":""}}"#, "invalid-pattern", "/payload/$gt"), (#"{"count":0}"#, "invalid-request", "/count"),
        (#"{"topic":1}"#, "invalid-request", "/topic"), (#"{"events":"x"}"#, "invalid-request", "/events"),
        (#"{"event":[]}"#, "invalid-request", "/event"),
    ])
    func aBadAwaitIs400AndSaysWhere(_ body: String, _ code: String, _ pointer: String) throws {
        let session = try joined()
        let answer = try session.send(.post, "/await", body)
        #expect(answer.status == 400)
        #expect(answer.string("code") == code)
        #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == pointer)
    }

    @Test func soManyReadsMayWaitAndNoMore() throws {
        let session = try joined()
        let waiting = try (0..<1_024).map { _ in try session.send(.get, "/messages?after=latest&wait=10s") }
        #expect(try session.send(.get, "/messages?after=latest&wait=10s").status == 429)
        #expect(try session.send(.get, "/messages").status == 200)
        waiting[0].hangUp()
        #expect(try session.send(.get, "/messages?after=latest&wait=10s").isWaiting)
        push("e", "{}", to: session)
        #expect(waiting.dropFirst().allSatisfy { $0.status == 200 })
    }

    @Test func aWaitIsClampedAndThePreferenceIsTold() throws {
        let session = try joined()
        var headers: HTTPFields = [:]
        headers[.testPrefer] = "wait=90"
        let read = try session.send(.get, "/messages?after=latest", headers: headers)
        harness.time.advance(by: .seconds(54))
        #expect(read.isWaiting)
        harness.time.advance(by: .seconds(2))
        #expect(read.status == 200)
        #expect(read.headers[.testPreferenceApplied] == "wait=55")
        let beaten = try session.send(.get, "/messages?after=latest&wait=1", headers: headers)
        harness.time.advance(by: .seconds(2))
        #expect(beaten.status == 200 && beaten.headers[.testPreferenceApplied] == nil)
    }
}

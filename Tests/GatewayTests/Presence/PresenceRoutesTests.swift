import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": presence as a resource.
@Suite struct PresenceRoutesTests {
    private let harness = GatewayHarness()

    private static let state = #"["1",null,"t","presence_state",{"u1":{"metas":[{"phx_ref":"a","n":1.0}]}}]"#
    private static let diff =
        #"[null,null,"t","presence_diff",{"joins":{"u2":{"metas":[{"phx_ref":"b"}]}},"leaves":{}}]"#

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func known(_ tag: String?) -> HTTPFields { tag.map { [.ifNoneMatch: $0] } ?? [:] }

    @Test func theMergedStateIsAResource() throws {
        let session = try joined()
        session.receive(Self.state, Self.diff)
        let answer = try session.send(.get, "/topics/t/presence")
        #expect(answer.status == 200)
        #expect(
            answer.text.hasPrefix(
                #"{"topic":"t","presence":{"u1":{"metas":[{"phx_ref":"a","n":1.0}]},"#
                    + #""u2":{"metas":[{"phx_ref":"b"}]}},"cursor":""#))
        #expect(answer.headers[.eTag]?.hasPrefix("\"") == true)
        let other = try session.send(.get, "/presence?topic=t")
        #expect(other.text == answer.text)
        #expect(other.headers[.eTag] == answer.headers[.eTag])
    }

    @Test func readingOnFromItsCursorFindsTheNextDiff() throws {
        let session = try joined()
        session.receive(Self.state)
        let cursor = try #require(try session.send(.get, "/topics/t/presence").string("cursor"))
        session.receive(Self.diff)
        let read = try session.send(.get, "/messages?after=\(cursor)")
        let events = read.json.member("messages")?.elements().compactMap { $0.member("event")?.string }
        #expect(events == ["presence_diff"])
    }

    @Test func presenceStaysInTheLogAsMessages() throws {
        let session = try joined()
        session.receive(Self.state, Self.diff)
        #expect(try session.kinds() == ["connected", "joined", "message", "message"])
    }

    @Test func whoHasTheVersionIsAnswered304() throws {
        let session = try joined()
        session.receive(Self.state)
        let tag = try #require(try session.send(.get, "/topics/t/presence").headers[.eTag])
        for value in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let same = try session.send(.get, "/topics/t/presence", headers: known(value))
            #expect(same.status == 304)
            #expect(same.headers[.eTag] == tag)
            #expect(same.text.isEmpty)
        }
        #expect(try session.send(.get, "/topics/t/presence", headers: known("\"x\"")).status == 200)
        session.receive(#"["1",null,"t","m",{}]"#)
        #expect(try session.send(.get, "/topics/t/presence", headers: known(tag)).status == 304)
        session.receive(Self.diff)
        let other = try session.send(.get, "/topics/t/presence", headers: known(tag))
        #expect(other.status == 200)
        #expect(other.headers[.eTag] != tag)
    }

    @Test(arguments: [true, false])
    func withAWaitAChangeIsTheAnswer(_ isByAnyTag: Bool) throws {
        let session = try joined()
        session.receive(Self.state)
        let tag = try #require(try session.send(.get, "/topics/t/presence").headers[.eTag])
        let waiting = try session.send(
            .get, "/topics/t/presence?wait=5s", headers: known(isByAnyTag ? "*" : tag))
        #expect(waiting.isWaiting)
        session.receive(#"["1",null,"t","m",{}]"#)
        #expect(waiting.isWaiting)
        session.receive(Self.diff)
        #expect(waiting.status == 200)
        #expect(waiting.text.contains("u2"))
        #expect(try session.send(.get, "/topics/t/presence?wait=5s").status == 200, "it has no version")
    }

    @Test func withoutAChangeTheWaitEndsIn304() throws {
        let session = try joined()
        session.receive(Self.state)
        let tag = try #require(try session.send(.get, "/topics/t/presence").headers[.eTag])
        let waiting = try session.send(.get, "/topics/t/presence?wait=1s", headers: known(tag))
        harness.time.advance(by: .seconds(2))
        #expect(waiting.status == 304)
    }

    @Test func noStateYetIs404AndIsWaitedFor() throws {
        let session = try joined()
        let none = try session.send(.get, "/topics/t/presence")
        #expect(none.status == 404)
        #expect(none.string("code") == "not-found")
        let waiting = try session.send(.get, "/topics/t/presence?wait=5s")
        let late = try session.send(.get, "/topics/t/presence?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(late.status == 404)
        session.receive(Self.diff)
        #expect(waiting.isWaiting, "a diff ahead of the state is held back")
        session.receive(Self.state)
        #expect(waiting.status == 200)
        #expect(waiting.text.contains("u1") && waiting.text.contains("u2"))
    }

    @Test func aTopicThatWasNeverJoinedIs404AlsoWithAWait() throws {
        let session = try joined()
        #expect(try session.send(.get, "/topics/never/presence?wait=5s").status == 404)
    }

    @Test(arguments: [
        #"{"joins":[],"leaves":{}}"#, #"{"joins":{"u2":{}},"leaves":{}}"#, #"{"joins":{"u2":{"metas":[1]}}}"#, "[]",
    ])
    func malformedPayloadsChangeNothing(_ payload: String) throws {
        let session = try joined()
        session.receive(Self.state)
        let before = try session.send(.get, "/topics/t/presence")
        session.receive(#"["1",null,"t","presence_diff",\#(payload)]"#)
        let after = try session.send(.get, "/topics/t/presence")
        #expect(after.text == before.text)
        #expect(after.headers[.eTag] == before.headers[.eTag])
        #expect(try session.kinds().count == 4, "they are messages all the same")
    }

    @Test func aJoinAnewBeginsWithItsOwnState() throws {
        let session = try joined()
        session.receive(Self.state)
        let tag = try session.send(.get, "/topics/t/presence").headers[.eTag]
        let rejoin = try session.send(.put, "/topics/t?rejoin=true")
        session.reply(2)
        session.reply(3, joinRef: 3)
        #expect(rejoin.status == 201)
        #expect(try session.send(.get, "/topics/t/presence").status == 404)
        session.receive(
            Self.diff, #"["3",null,"t","presence_state",{"u3":{"metas":[{"phx_ref":"c"}]}}]"#)
        let after = try session.send(.get, "/topics/t/presence")
        #expect(after.text.contains(#""presence":{"u3":{"metas":[{"phx_ref":"c"}]},"u2""#))
        #expect(after.headers[.eTag] != tag)
    }

    @Test func overALostConnectionTheLastStateStaysUntilTheNext() throws {
        let session = try joined()
        session.receive(Self.state)
        let tag = try #require(try session.send(.get, "/topics/t/presence").headers[.eTag])
        session.link.handler.transportClosed(code: nil, reason: "cut")
        #expect(try session.send(.get, "/topics/t/presence", headers: known(tag)).status == 304)
        let waiting = try session.send(.get, "/topics/t/presence?wait=5s", headers: known(tag))
        harness.transport.advance(.seconds(1))
        let link = try #require(harness.transport.links.last)
        link.accept()
        link.receive(
            #"["2","2","t","phx_reply",{"response":{},"status":"ok"}]"#,
            #"["2",null,"t","presence_state",{"u4":{"metas":[{"phx_ref":"d"}]}}]"#)
        harness.time.run()
        #expect(waiting.status == 200)
        #expect(waiting.text.contains(#""presence":{"u4":"#))
    }

    @Test func aTopicThatWasLeftHasNone() throws {
        let session = try joined()
        session.receive(Self.state)
        try session.send(.delete, "/topics/t")
        session.reply(2)
        #expect(try session.send(.get, "/topics/t/presence").status == 404)
    }

    @Test func waitersCountTowardsTheSessionsWaitingReads() throws {
        let session = try joined()
        for _ in 0..<1_023 { try session.send(.get, "/topics/t/presence?wait=5s") }
        let gone = try session.send(.get, "/topics/t/presence?wait=5s")
        let refused = try session.send(.get, "/messages?wait=5s")
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] == "1")
        #expect(try session.send(.get, "/topics/t/presence?wait=5s").status == 429)
        gone.hangUp()
        #expect(try session.send(.get, "/messages?wait=5s").isWaiting)
    }

    @Test func aSessionThatIsWaitedOnIsNotIdle() throws {
        let session = try harness.session(#","idle_timeout":"1s""#)
        try session.join()
        let waiting = try session.send(.get, "/topics/t/presence?wait=50s")
        harness.time.advance(by: .seconds(40))
        #expect(waiting.isWaiting)
        session.receive(Self.state)
        #expect(waiting.status == 200)
    }

    @Test func aSessionThatEndsAnswersWhoWaits() throws {
        let session = try joined()
        let waiting = try session.send(.get, "/topics/t/presence?wait=5s")
        try session.send(.delete, "")
        #expect(waiting.status == 410)
    }

    @Test func atDrainThereIsWhatThereIs() throws {
        let session = try joined()
        let without = try session.send(.get, "/topics/t/presence?wait=5s")
        session.receive(#"["1",null,"t","m",{}]"#)
        let other = try harness.session()
        try other.join()
        other.receive(Self.state)
        let tag = try #require(try other.send(.get, "/topics/t/presence").headers[.eTag])
        let with = try other.send(.get, "/topics/t/presence?wait=5s", headers: known(tag))
        harness.gateway.drain()
        #expect(without.status == 503)
        #expect(with.status == 304)
    }

    /// A key with a meta of so many MiB.
    private func big(_ key: String, _ size: Int) -> String {
        let text = String(repeating: "x", count: size << 20)
        return #"{"\#(key)":{"metas":[{"phx_ref":"\#(key)","x":"\#(text)"}]}}"#
    }

    @Test func aSessionKeepsSoMuchOfAllItsTopicsAndSaysWhatItDoesNotKeep() throws {
        let session = try joined()
        let join = try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2)
        #expect(join.status == 201)
        session.receive(#"["1",null,"t","presence_state",\#(big("a", 5))]"#)
        session.receive(#"["2",null,"u","presence_state",\#(big("b", 5))]"#)
        #expect(try session.send(.get, "/topics/t/presence").status == 200)
        let refused = try session.send(.get, "/topics/u/presence")
        #expect(refused.status == 404 && refused.string("detail")?.contains("8388608 bytes") == true)
        let waiting = try session.send(.get, "/topics/u/presence?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(waiting.string("detail") == refused.string("detail"))
        #expect(try session.send(.delete, "/topics/t?wait=0").status == 202)
        session.reply(3)
        session.receive(#"["2",null,"u","presence_state",\#(big("b", 5))]"#)
        #expect(try session.send(.get, "/topics/u/presence").status == 200, "t's is forgotten")
    }

    @Test func thatSomethingWasNotTakenIsAnotherVersion() throws {
        let session = try joined()
        session.receive(#"["1",null,"t","presence_state",\#(big("a", 5))]"#)
        let tag = try #require(try session.send(.get, "/topics/t/presence").headers[.eTag])
        let waiting = try session.send(.get, "/topics/t/presence?wait=5s", headers: known(tag))
        session.receive(#"["1",null,"t","presence_diff",{"joins":\#(big("b", 5)),"leaves":{}}]"#)
        #expect(waiting.status == 200 && waiting.headers[.eTag] != tag)
        let other = try session.send(.get, "/topics/t/presence", headers: known(tag))
        #expect(other.status == 200 && other.json.member("complete")?.bool == false)
        #expect(try session.send(.get, "/topics/t/presence", headers: known(other.headers[.eTag])).status == 304)
    }
}

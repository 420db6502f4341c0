import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Waiting": what each that waits is told at drain.
@Suite struct DrainTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func isDraining(_ answer: GatewayHarness.Pending) -> Bool {
        answer.status == 503 && answer.string("code") == "draining" && answer.headers[.retryAfter] == "5"
    }

    @Test func readsAreAnsweredWithWhatThereIs() throws {
        let session = try joined()
        session.push("e")
        let latest = try session.latest()
        let reads = try ["/messages", "/events", "/topics/t/messages"].map {
            try session.send(.get, "\($0)?after=latest&wait=30s")
        }
        let beating = try StreamHarness(session, "/messages?after=latest&wait=30s&heartbeat=10s", accept: "*/*")
        harness.gateway.drain()
        for read in reads { #expect(read.status == 200 && read.string("next") == latest) }
        #expect(beating.received() == #"{"messages":[],"next":"\#(latest)","more":false}"#)
        #expect(beating.body.end == .finished)
    }

    @Test func aPresenceThatIsKnownIs304AndOneThatIsNotThereIsDraining() throws {
        let session = try joined()
        let none = try session.send(.get, "/topics/t/presence?wait=30s")
        harness.time.run()
        let other = try harness.session()
        let join = try other.send(.put, "/topics/t")
        other.reply(1)
        #expect(join.status == 201)
        other.receive(#"["1",null,"t","presence_state",{"ann":{"metas":[{"phx_ref":"a"}]}}]"#)
        let tag = try #require(try other.send(.get, "/topics/t/presence").headers[.eTag])
        let known = try other.send(.get, "/topics/t/presence?wait=30s", headers: [.ifNoneMatch: tag])
        #expect(none.isWaiting && known.isWaiting)
        harness.gateway.drain()
        #expect(isDraining(none) && known.status == 304)
    }

    @Test func aReplyIsToldWithItsRef() throws {
        let session = try joined()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        let reply = try session.send(.get, "/replies/\(ref)?wait=30s")
        let push = try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        #expect(reply.isWaiting)
        harness.gateway.drain()
        for answer in [reply, push] {
            #expect(answer.status == 503 && answer.string("code") == "draining")
            #expect(answer.json.member("sent")?.bool == true && answer.json.member("retryable")?.bool == false)
            // Programs that go by it alone would push a second time.
            #expect(answer.headers[.retryAfter] == nil)
        }
        #expect(reply.string("ref") == ref && push.string("ref") != ref && push.string("ref") != nil)
    }

    @Test func aReadHasWhatCameJustBefore() throws {
        let session = try harness.session()
        try session.join()
        let read = try session.send(.get, "/messages?after=latest&wait=30s")
        // The waiting thread has not looked since.
        session.link.handler.transportReceived([.text(Array(#"["1",null,"t","e",{}]"#.utf8))])
        #expect(read.isWaiting)
        harness.gateway.drain()
        #expect(read.status == 200 && read.json.member("messages")?.elements().count == 1, "\(read.text)")
    }

    @Test func anAwaitOfSeveralHasThoseThatItFound() throws {
        let session = try harness.session()
        try session.join()
        let waiting = try session.send(.post, "/await?wait=30s", #"{"event":"e","count":3}"#)
        session.receive(#"["1",null,"t","e",{"n":1}]"#)
        harness.gateway.drain()
        #expect(waiting.status == 503 && waiting.string("code") == "draining")
        #expect(waiting.json.member("messages")?.elements().count == 1, "\(waiting.text)")
    }

    @Test(arguments: [#"{"event":"never"}"#, #"{"event":"e","count":3}"#])
    func anAwaitIsToldWhereToGoOn(_ body: String) throws {
        let session = try joined()
        session.push("e")
        let awaiting = try session.send(.post, "/await?wait=30s", body)
        #expect(awaiting.isWaiting)
        harness.gateway.drain()
        #expect(isDraining(awaiting) && awaiting.string("next") != nil)
    }

    @Test func whoWaitsForAStateIsTold() throws {
        let session = try joined()
        let waiting = [
            try session.send(.get, "?until=disconnected&wait=30s"),
            try session.send(.get, "/topics/t?until=left&wait=30s"), try session.send(.put, "/topics/u?wait=30s"),
            try session.send(.post, "/topics/v/push?join=true&wait=30s", #"{"event":"e"}"#),
            try session.send(.delete, "/topics/t?wait=30s"), try session.send(.post, "/disconnect?wait=30s"),
        ]
        #expect(waiting.allSatisfy { $0.isWaiting })
        harness.gateway.drain()
        for answer in waiting { #expect(isDraining(answer), "\(answer.text)") }
    }

    @Test func whoWaitsForAConnectionIsTold() throws {
        let uri = #""uri":"ws://127.0.0.1:4000/""#
        let waiting = [
            try harness.send(.post, "/sessions?wait=30s", "{\(uri)}"),
            try harness.send(.put, "/sessions/n?wait=30s", "{\(uri)}"),
            try harness.send(.put, "/sessions/n?wait=30s", "{\(uri)}"),
            try harness.send(.post, "/call?wait=30s", #"{\#(uri),"topic":"t","event":"e"}"#),
            try harness.send(.get, "/listen?uri=ws://127.0.0.1:4000/&topic=t&wait=30s"),
        ]
        #expect(waiting.allSatisfy { $0.isWaiting })
        harness.gateway.drain()
        for answer in waiting { #expect(isDraining(answer), "\(answer.text)") }
        #expect(harness.transport.links.allSatisfy { $0.closeCodes == [1000] })
    }

    @Test func aCallThatAwaitsAPatternIsTold() throws {
        let call = try harness.send(
            .post, "/call?wait=30s", #"{"uri":"ws://127.0.0.1:4000/","topic":"t","await":{"event":"never"}}"#)
        let link = try #require(harness.transport.links.first)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        harness.time.run()
        #expect(call.isWaiting)
        harness.gateway.drain()
        #expect(isDraining(call) && call.string("stage") == "await")
        #expect(link.closeCodes == [1000])
    }

    @Test func sessionsEndOneAfterAnotherWithinTheTimeGiven() throws {
        let sessions = try (0..<3).map { _ in try joined() }
        let reads = try sessions.map { try $0.send(.get, "/messages?after=latest&wait=30s") }
        harness.gateway.drain(over: .seconds(1))
        #expect(reads.count { $0.isWaiting } == 2)
        harness.time.advance(by: .milliseconds(20))
        #expect(reads.count { $0.isWaiting } == 1)
        harness.time.advance(by: .milliseconds(20))
        #expect(reads.allSatisfy { $0.status == 200 } && harness.gateway.sessionCount == 0)
    }

    /// Its proxy may send more requests here until then.
    @Test func whoComesToASessionThatStillLivesIsAnsweredAtItsEnd() throws {
        let sessions = try (0..<2).map { _ in try joined() }
        harness.gateway.drain(over: .seconds(1))
        let alive = try #require(try sessions.first { try $0.state() == "connected" })
        let ref = try #require(try alive.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        let read = try alive.send(.get, "/messages?after=latest&wait=30s")
        let others = [
            try alive.send(.post, "/await?wait=30s", #"{"event":"never"}"#),
            try alive.send(.get, "?until=disconnected&wait=30s"), try alive.send(.get, "/replies/\(ref)?wait=30s"),
        ]
        #expect(read.isWaiting && others.allSatisfy { $0.isWaiting })
        let creation = try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"}"#)
        #expect(isDraining(creation) && creation.headers[.retryAfter] == "5")
        harness.time.advance(by: .milliseconds(20))
        #expect(read.status == 200 && harness.gateway.sessionCount == 0)
        for answer in others { #expect(answer.status == 503 && answer.string("code") == "draining", "\(answer.text)") }
        #expect(others[0].headers[.retryAfter] == "5" && others[1].headers[.retryAfter] == "5")
    }

    @Test func manySessionsEndWithinAShortTime() throws {
        let reads = try (0..<50).map { _ in try joined().send(.get, "/messages?after=latest&wait=30s") }
        harness.gateway.drain(over: .milliseconds(100))
        #expect(reads.count { $0.isWaiting } > 25)
        harness.time.advance(by: .milliseconds(120))
        #expect(reads.allSatisfy { $0.status == 200 } && harness.gateway.sessionCount == 0)
    }

    @Test func anAnnouncedEndIsToldToWhoAsksForReadinessAlone() throws {
        harness.gateway.announceEnd()
        let ready = try harness.send(.get, "/readyz")
        #expect(ready.status == 503 && ready.string("code") == "draining")
        let session = try joined()
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).status == 202)
    }
}

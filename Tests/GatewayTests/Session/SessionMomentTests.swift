import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// A session by itself, where two requests come at one moment: api.md, "Sessions" and "Model".
@Suite struct SessionMomentTests {
    private let time = ManualTime()
    private let transport = ScriptedTransport()
    private let wait = Wait(requestID: "r", duration: .seconds(5))

    private typealias Pending = GatewayHarness.Pending

    private func session(_ spec: SessionSpec, _ deadlines: Deadlines) -> Session {
        Session(
            id: .random(node: "n"), name: "a", spec: spec, memory: LogMemory(limit: 1 << 30), deadlines: deadlines,
            onEnd: { _, _ in })
    }

    private func start(_ session: Session, _ wait: Wait) -> Pending {
        Pending(session.start(over: transport, sharing: SharedSockets(transport: transport), wait))
    }

    @Test func aNamedSessionThatEndsBeforeItIsAttachedToIsToBeMadeAnew() throws {
        let spec = try SessionSpec.plain()
        let session = session(spec, Deadlines(time: time))
        _ = start(session, wait)
        session.end(.idle)
        let other = try SessionSpec.plain(idleTimeout: .seconds(10))
        for wanted in [spec, other] {
            let answer = try session.attach(wanted, wait)
            #expect(answer.map { _ in "attached" } == nil)
        }
    }

    @Test func aSessionThatEndsOverATopicWhileItIsBeingMadeTellsAllWhoWaitForIt() throws {
        let params = try JSONText(validating: Array(#"{"a":"\#(String(repeating: "x", count: 500))"}"#.utf8))
        let spec = try SessionSpec.plain(params: params, maxFrameBytes: 400)
        let session = session(spec, Deadlines(time: time))
        let attached = Pending(try #require(try session.attach(spec, wait)))
        let made = start(session, wait)
        #expect([attached.status, made.status] == [413, 413], "\(made.text)")
        #expect(made.string("code") == "payload-too-large" && made.string("topic") == "t")
        #expect(session.hasEnded)
    }

    @Test func aSessionThatWasDrainedBeforeItBeginsSaysWhatTheCallersProblemsSay() throws {
        let session = session(try SessionSpec.plain(), Deadlines(time: time))
        session.end(.draining)
        let made = start(
            session, Wait(requestID: "r", duration: .seconds(5)) { $0.with("stage", "connect") })
        #expect(made.string("code") == "draining" && made.string("stage") == "connect", "\(made.text)")
    }

    @Test func anIdleTimeoutThatIsReplacedAsTheOldOneIsDueIsWatchedOnce() throws {
        let deadlines = Deadlines(time: time)
        let session = session(try SessionSpec.plain(idleTimeout: .seconds(10)), deadlines)
        let made = start(session, wait)
        try #require(transport.links.first).accept()
        try #require(transport.links.first).receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(made.status == 201)
        // Due at the same tick, and ahead of what was added before it.
        _ = deadlines.add(after: .seconds(10)) {
            _ = try? session.patch(SessionPatch(idleTimeout: .seconds(30)))
        }
        time.advance(by: .seconds(11))
        #expect(deadlines.count == 1 && !session.hasEnded)
        time.advance(by: .seconds(30))
        #expect(deadlines.count == 0 && session.hasEnded)
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "One request" and "Model": a call or a listener whose client can bring nothing any more is told so at once.
@Suite struct LostCallTests {
    private let harness = GatewayHarness { $0.connection.reconnect?.maxAttempts = 2 }

    private typealias Pending = GatewayHarness.Pending

    private static let uri = #""uri":"ws://127.0.0.1:4000/s","topic":"t""#
    private static let pushed = #","event":"e","await":{"event":"new"}"#

    /// A call that awaits a pattern, up to its join's reply.
    private func call(_ members: String = #","await":{"event":"new"}"#, query: String = "") throws -> Pending {
        let pending = try harness.send(.post, "/call\(query)", "{\(Self.uri)\(members)}")
        try open()
        #expect(pending.isWaiting)
        return pending
    }

    private func listen(_ accept: String = "application/x-ndjson") throws -> Pending {
        let pending = try harness.send(
            .get, "/listen?uri=ws://127.0.0.1:4000/s&topic=t&wait=50s", headers: [.accept: accept])
        try open()
        return pending
    }

    private func link() throws -> ScriptedLink { try #require(harness.transport.links.last) }

    private func open() throws {
        try link().accept()
        try receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
    }

    private func receive(_ texts: String...) throws {
        try link().handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    private func lose() throws {
        try link().handler.transportClosed(code: 1006, reason: "")
        harness.time.run()
    }

    /// The channel crashes, and its rejoin is refused.
    private func refuseRejoin() throws {
        try receive(#"["1","1","t","phx_error",{}]"#)
        harness.transport.advance(.seconds(10))
        let join = try #require(try link().sentTexts().last)
        let ref = try #require(join.split(separator: "\"").dropFirst().first)
        try receive(#"["\#(ref)","\#(ref)","t","phx_reply",{"response":{"reason":"no"},"status":"error"}]"#)
    }

    /// All that a stream says, as what its lines are about.
    private func words(_ pending: Pending) throws -> [String] {
        let body = try #require(pending.stream, "\(pending.text)")
        var bytes: [UInt8] = []
        while case .bytes(let piece) = body.take(65_536) {
            bytes += piece
            harness.time.run()
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let record = try JSONText(validating: Array(line), limits: .lenient).slice
            return record.member("event")?.string ?? record.member("reason")?.string ?? record.member("kind")?.string
        }
    }

    private func told(_ pending: Pending) -> [String?] { [pending.string("code"), pending.string("stage")] }

    // MARK: Calls

    @Test func aCallThatAwaitsFailsWithItsConnectionAndMayBeRepeated() throws {
        let pending = try call()
        try lose()
        #expect(pending.status == 503 && told(pending) == ["disconnected", "await"], "\(pending.text)")
        #expect(pending.json.member("upstream")?.member("code")?.integer == 1006)
        #expect(pending.json.member("retryable")?.bool == true && pending.json.member("sent") == nil)
    }

    @Test func aCallThatHasPushedSaysSoWhenItFailsWithItsConnection() throws {
        let pending = try call(Self.pushed)
        try lose()
        #expect(pending.status == 503 && told(pending) == ["disconnected", "await"], "\(pending.text)")
        #expect(pending.json.member("retryable")?.bool == false && pending.json.member("sent")?.bool == true)
    }

    @Test func aCallThatAwaitsFailsWhenItsChannelIsClosed() throws {
        let pending = try call()
        try receive(#"["1","1","t","phx_close",{}]"#)
        #expect(pending.status == 409 && told(pending) == ["not-joined", "await"], "\(pending.text)")
    }

    @Test func aCallThatAwaitsFailsWhenItsRejoinIsRefused() throws {
        let pending = try call()
        try refuseRejoin()
        #expect(pending.status == 403 && told(pending) == ["join-rejected", "await"], "\(pending.text)")
        #expect(pending.json.member("reply")?.member("response")?.member("reason")?.string == "no")
    }

    @Test func aCallThatAwaitsGoesOnOverACrashOfItsChannel() throws {
        let pending = try call(query: "?wait=50s")
        try receive(#"["1","1","t","phx_error",{}]"#)
        #expect(pending.isWaiting)
    }

    @Test func whatCameJustBeforeTheEndIsTheAnswer() throws {
        let pending = try call()
        try receive(#"["1",null,"t","new",{"n":1}]"#, #"["1","1","t","phx_close",{}]"#)
        #expect(pending.status == 200, "\(pending.text)")
    }

    @Test func aPushThatIsRefusedEndsTheCallThatAwaits() throws {
        let pending = try call(Self.pushed)
        try receive(#"["1","2","t","phx_reply",{"response":{"reason":"no"},"status":"error"}]"#)
        #expect(pending.status == 422 && told(pending) == ["push-rejected", "reply"], "\(pending.text)")
        #expect(pending.text.split(separator: #""sent":"#).count == 2, "\(pending.text)")
    }

    @Test func aPushThatIsServedLeavesTheCallAwaiting() throws {
        let pending = try call(Self.pushed)
        try receive(#"["1","2","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(pending.isWaiting)
    }

    @Test func anErrorThatCountsAsAReplyLeavesTheCallAwaiting() throws {
        let pending = try call(Self.pushed, query: "?reply_errors=200")
        try receive(#"["1","2","t","phx_reply",{"response":{},"status":"error"}]"#)
        #expect(pending.isWaiting)
    }

    @Test func aListenerForOneMessageFailsWithItsConnection() throws {
        let pending = try listen("application/json")
        try lose()
        #expect(pending.status == 503 && told(pending) == ["disconnected", "await"], "\(pending.text)")
    }

    // MARK: Streams

    @Test(arguments: [401, 403])
    func aStreamEndsWhenTheUpstreamLetsItInNoMore(_ status: Int) throws {
        let pending = try listen()
        try receive(#"["1",null,"t","a",{}]"#)
        try lose()
        harness.transport.advance(.seconds(60))
        try link().handler.transportFailed(.refused(UpgradeRefusal(status: status, now: 0)))
        harness.time.run()
        #expect(try words(pending) == ["a", "disconnected"])
        #expect(pending.stream?.end == .finished)
    }

    @Test func aStreamGoesOnWhileItIsTriedAgainAndEndsWhenThatIsGivenUp() throws {
        let pending = try listen()
        try lose()
        for _ in 1...2 {
            #expect(try words(pending) == [] && pending.stream?.end == nil)
            harness.transport.advance(.seconds(60))
            try link().handler.transportFailed(.failed(reason: "nothing listens there"))
            harness.time.run()
        }
        #expect(try words(pending) == ["disconnected"])
    }

    @Test func aStreamEndsWhenItsChannelIsClosed() throws {
        let pending = try listen()
        try receive(#"["1",null,"t","a",{}]"#, #"["1","1","t","phx_close",{}]"#)
        #expect(try words(pending) == ["a", "not-joined"])
    }

    @Test func aStreamEndsWhenItsRejoinIsRefused() throws {
        let pending = try listen()
        try refuseRejoin()
        #expect(try words(pending) == ["join_failed", "not-joined"])
    }

    @Test func aStreamThatEndsTellsAllThatCameBefore() throws {
        let pending = try listen()
        let payload = #"{"x":"\#(String(repeating: "x", count: 10_000))"}"#
        for _ in 1...20 { try receive(#"["1",null,"t","a",\#(payload)]"#) }
        try receive(#"["1","1","t","phx_close",{}]"#)
        #expect(try words(pending) == [String](repeating: "a", count: 20) + ["not-joined"])
    }
}

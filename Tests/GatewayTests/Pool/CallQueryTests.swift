import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "One request": the query of `/call` and `/listen`.
@Suite struct CallQueryTests {
    private let harness = GatewayHarness()

    private func call(_ query: String, _ path: String = "/call") throws -> GatewayHarness.Pending {
        let event = path == "/call" ? #","event":"e""# : ""
        return try harness.send(.post, "\(path)?\(query)", #"{"uri":"ws://127.0.0.1:4000/s","topic":"t"\#(event)}"#)
    }

    /// Answers the join, and then the push.
    private func serve(_ status: String) throws {
        let link = try #require(harness.transport.links.last)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        link.receive(#"["1","2","t","phx_reply",{"response":{"n":1},"status":"\#(status)"}]"#)
        harness.time.run()
    }

    private func received(_ body: ResponseStream) -> String {
        var bytes: [UInt8] = []
        while case .bytes(let piece) = body.take(65_536) {
            bytes += piece
            harness.time.run()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: ["/call", "/listen"]) func withoutAnyWaitThereIsNothingToAnswer(_ path: String) throws {
        let answer = try call("wait=0", path)
        #expect(answer.status == 400 && answer.string("detail")?.contains("wait") == true)
        #expect(harness.transport.links.isEmpty)
    }

    @Test func anErrorReplyIs422UnlessAskedOtherwise() throws {
        let refused = try call("wait=5s")
        try serve("error")
        #expect(refused.status == 422 && refused.string("code") == "push-rejected")
        #expect(refused.json.member("reply")?.member("response")?.member("n")?.integer == 1)
        let asked = try call("reply_errors=200")
        let link = try #require(harness.transport.links.last)
        link.receive(#"["1","3","t","phx_reply",{"response":{"n":2},"status":"error"}]"#)
        harness.time.run()
        #expect(asked.status == 200 && asked.json.member("reply")?.member("status")?.string == "error")
        #expect(asked.json.member("reply")?.member("response")?.member("n")?.integer == 2)
    }

    @Test func aWaitIsClampedAndThePreferenceTold() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/s","topic":"t","event":"e"}"#
        let late = try harness.send(.post, "/call", body, headers: [.testPrefer: "wait=90"])
        harness.time.advance(by: .milliseconds(54_900))
        #expect(late.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(late.status == 504 && late.headers[.testPreferenceApplied] == "wait=55")
    }

    @Test(arguments: ["text/event-stream", "application/x-ndjson"])
    func aListenersStreamIsNotHeldBackByProxiesAndIsRotated(_ accept: String) throws {
        let head = try harness.send(
            .post, "/listen", #"{"uri":"ws://127.0.0.1:4000/s","topic":"t"}"#, headers: [.accept: accept])
        try serve("ok")
        let body = try #require(head.stream)
        #expect(head.status == 200 && head.headers[.contentType] == accept)
        #expect(head.headers[.testAccelBuffering] == "no")
        var text = ""
        for _ in 0..<41 {
            text += received(body)
            harness.time.advance(by: .seconds(15))
        }
        text += received(body)
        #expect(text.contains(#"{"kind":"end","reason":"rotated","next":""#) && body.end == .finished)
    }
}

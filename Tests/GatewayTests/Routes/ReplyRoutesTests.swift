import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": replies as resources; "Messages and events": binary payloads.
@Suite struct ReplyRoutesTests {
    private let harness = GatewayHarness()
    private let octets: HTTPFields = [.accept: "application/octet-stream"]

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func pushed(_ session: SessionHarness) throws -> String {
        try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
    }

    @Test func aReplyThatIsAwaitedEarlyIsAnsweredWhenItComes() throws {
        let session = try joined()
        let ref = try pushed(session)
        let reply = try session.send(.get, "/replies/\(ref)?wait=5s")
        #expect(reply.isWaiting)
        session.reply(2, #"{"a":1}"#)
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix(#"{"ref":"\#(ref)","topic":"t","status":"ok","response":{"a":1},"at":""#))
    }

    @Test func aReplyThatDoesNotComeInTimeIs504AndCanBeAwaitedAgain() throws {
        let session = try joined()
        let ref = try pushed(session)
        let late = try session.send(.get, "/replies/\(ref)?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(late.status == 504)
        #expect(late.string("code") == "reply-timeout")
        #expect(late.json.member("retryable")?.bool == true)
        #expect(late.string("ref") == ref)
        let again = try session.send(.get, "/replies/\(ref)?wait=1s")
        session.reply(2)
        #expect(again.status == 200)
    }

    @Test func aReplyIsAnsweredAsOftenAsAskedAlsoAnError() throws {
        let session = try joined()
        let ref = try pushed(session)
        session.reply(2, status: "error", #"{"no":1}"#)
        session.reply(2, status: "ok", #"{"late":1}"#)
        let first = try session.send(.get, "/replies/\(ref)")
        #expect(first.status == 200)
        #expect(first.string("status") == "error")
        #expect(try session.send(.get, "/replies/\(ref)").text == first.text)
    }

    @Test(arguments: [
        (#"["1","1","t","phx_close",{}]"#, "channel_closed"), (#"["1","1","t","phx_error",{}]"#, "channel_crashed"),
    ])
    func aReplyIsLostWithItsChannel(_ end: String, _ reason: String) throws {
        let session = try joined()
        let ref = try pushed(session)
        let waiting = try session.send(.get, "/replies/\(ref)?wait=5s")
        session.receive(end)
        for reply in [waiting, try session.send(.get, "/replies/\(ref)?wait=5s")] {
            #expect(reply.status == 410)
            #expect(reply.string("code") == "reply-lost")
            #expect(reply.string("reason") == reason)
            #expect(reply.json.member("sent")?.bool == true)
        }
    }

    @Test func aReplyIsLostWithItsConnection() throws {
        let session = try joined()
        let ref = try pushed(session)
        session.link.handler.transportClosed(code: nil, reason: "cut")
        #expect(try session.send(.get, "/replies/\(ref)").string("reason") == "disconnected")
    }

    @Test func aReplyThatTheLogKeepsNoMoreIs404() throws {
        let harness = GatewayHarness { $0.log.maxEntries = 2 }
        let session = try harness.session()
        try session.join()
        let ref = try pushed(session)
        session.reply(2)
        #expect(try session.send(.get, "/replies/\(ref)").status == 200)
        session.receive(#"["1",null,"t","m",{}]"#, #"["1",null,"t","m",{}]"#)
        #expect(try session.send(.get, "/replies/\(ref)").status == 404)
    }

    @Test func aReplyPastTheLogsAgeIs404() throws {
        let session = try joined()
        let ref = try pushed(session)
        session.reply(2)
        for _ in 0..<15 {
            harness.time.advance(by: .seconds(250))
            _ = try session.send(.get, "")
        }
        #expect(try session.send(.get, "/replies/\(ref)").status == 404)
    }

    @Test func waitingRepliesCountTowardsTheSessionsBound() throws {
        let session = try joined()
        let ref = try pushed(session)
        for _ in 0..<1_024 { try session.send(.get, "/replies/\(ref)?wait=5s") }
        #expect(try session.send(.get, "/replies/\(ref)?wait=5s").status == 429)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#).status == 429)
        #expect(session.link.sent().count == 1)
        #expect(try session.send(.get, "/replies/\(ref)").status == 504)
    }

    // MARK: Binary

    /// `phx_reply` to ref 2 with the bytes 255 and 254.
    private func replyInBytes(_ session: SessionHarness, status: String = "ok") {
        let names = Array("1".utf8) + Array("2".utf8) + Array("t".utf8) + Array(status.utf8)
        session.link.handler.transportReceived([
            .binary([1, 1, 1, 1, UInt8(status.utf8.count)] + names + [0xFF, 0xFE])
        ])
        harness.time.run()
    }

    @Test func aBinaryReplyIsInJSONUnlessItsBytesAreAccepted() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: [.accept: "*/*"])
        replyInBytes(session)
        #expect(push.text.hasPrefix(#"{"status":"ok","response":{"$binary":"//4="},"ref":""#))
        #expect(
            try session.send(.get, "/events?kind=reply").text.contains(
                #""status":"ok","response":{"$binary":"//4="},"binary":true}"#))
    }

    @Test func aBinaryReplyComesAsItsBytesWhereTheyAreAccepted() throws {
        let session = try joined()
        let before = try #require(try session.send(.get, "").string("cursor"))
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: octets)
        replyInBytes(session)
        #expect(push.status == 200)
        #expect(push.body == [0xFF, 0xFE])
        #expect(push.headers[.contentType] == "application/octet-stream")
        #expect(push.headers[.testStatus] == "ok")
        #expect(push.headers[.testCursor] == before)
        let ref = try #require(push.headers[.testRef])
        let resource = try session.send(.get, "/replies/\(ref)", headers: octets)
        #expect(resource.body == [0xFF, 0xFE])
        #expect(resource.headers[.testRef] == ref)
        #expect(resource.headers[.testCursor] == before)
        #expect(resource.headers[.testStatus] == "ok")
        #expect(try session.send(.get, "/replies/\(ref)").string("status") == "ok")
    }

    @Test func aBinaryErrorIsAProblemUnlessAskedOtherwise() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: octets)
        replyInBytes(session, status: "error")
        #expect(push.status == 422)
        #expect(push.text.contains(#""reply":{"status":"error","response":{"$binary":"//4="}}"#))
        let ref = try #require(push.string("ref"))
        #expect(try session.send(.get, "/replies/\(ref)", headers: octets).headers[.testStatus] == "error")
    }

    @Test func aJSONReplyStaysJSON() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: octets)
        session.reply(2)
        #expect(push.headers[.contentType] == "application/json")
        #expect(push.string("status") == "ok")
    }

    @Test(arguments: [
        ("application/octet-stream", true), ("application/json, Application/Octet-Stream;q=0.5", true),
        ("application/octet-stream;q=0", false), ("application/octet-stream; q=0.000", false), ("*/*", false),
    ])
    func bytesAreAcceptedByName(_ accept: String, _ isAccepted: Bool) throws {
        let session = try joined()
        let push = try session.send(
            .post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: [.accept: accept])
        replyInBytes(session)
        #expect((push.headers[.contentType] == "application/octet-stream") == isAccepted)
    }

    @Test func wrongBase64Is400AndSaysWhere() throws {
        let session = try joined()
        for wrong in [#""!""#, #""AQI""#, "1", "null"] {
            let body = #"{"event":"e","payload":{"$binary":\#(wrong)}}"#
            let answer = try session.send(.post, "/topics/t/push", body)
            #expect(answer.status == 400)
            #expect(answer.text.contains(##""pointer":"/payload/$binary""##))
        }
        #expect(session.link.sent() == [])
    }

    @Test func onlyTheWholePayloadIsTakenForBytes() throws {
        let session = try joined()
        try session.send(.post, "/topics/t/push", #"{"event":"e","payload":{"$binary":"AQI=","x":1}}"#)
        try session.send(.post, "/topics/t/push", #"{"event":"e","payload":[{"$binary":"AQI="}]}"#)
        #expect(
            session.link.sentTexts() == [
                #"["1","2","t","e",{"$binary":"AQI=","x":1}]"#, #"["1","3","t","e",[{"$binary":"AQI="}]]"#,
            ])
    }
}

extension HTTPField.Name {
    static var testRef: HTTPField.Name { HTTPField.Name("Slipgate-Ref") ?? .origin }
    static var testCursor: HTTPField.Name { HTTPField.Name("Slipgate-Cursor") ?? .origin }
    static var testStatus: HTTPField.Name { HTTPField.Name("Slipgate-Status") ?? .origin }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct PushRoutesTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    @Test func withoutAWaitAPushIs202WithItsRef() throws {
        let session = try joined()
        let pending = try session.send(.post, "/topics/t/push", #"{"event":"quicksand","payload":{"a":"b"}}"#)
        #expect(session.link.sentTexts() == [#"["1","2","t","quicksand",{"a":"b"}]"#])
        #expect(pending.status == 202)
        let ref = try #require(pending.string("ref"))
        #expect(pending.string("reply_url") == "/sessions/\(session.id)/replies/\(ref)")
        let before = try session.send(.get, "/replies/\(ref)")
        #expect(before.status == 504)
        #expect(before.string("code") == "reply-timeout")
        session.reply(2, #"{"n":12345678901234567890}"#)
        for _ in 0..<2 {
            let reply = try session.send(.get, "/replies/\(ref)")
            #expect(reply.status == 200)
            #expect(
                reply.text.contains(#""topic":"t","status":"ok","response":{"n":12345678901234567890},"at":"2026-"#))
        }
    }

    @Test func withAWaitTheReplyIsTheAnswer() throws {
        let session = try joined()
        let pending = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"ping"}"#)
        #expect(session.link.sentTexts() == [#"["1","2","t","ping",{}]"#])
        #expect(pending.isWaiting)
        session.reply(2, #"{"pong":"pong"}"#)
        #expect(pending.status == 200)
        #expect(pending.text.hasPrefix(#"{"status":"ok","response":{"pong":"pong"},"ref":""#))
        let ref = try #require(pending.string("ref"))
        #expect(try session.send(.get, "/replies/\(ref)").status == 200)
    }

    @Test func anErrorReplyIs422UnlessAskedOtherwise() throws {
        let session = try joined()
        let problem = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"fail"}"#)
        let plain = try session.send(.post, "/topics/t/push?wait=5s&reply_errors=200", #"{"event":"fail"}"#)
        session.reply(2, status: "error", #"{"failed":true}"#)
        session.reply(3, status: "error", #"{"failed":true}"#)
        #expect(problem.status == 422)
        #expect(problem.string("code") == "push-rejected")
        #expect(problem.text.contains(#""reply":{"status":"error","response":{"failed":true}}"#))
        #expect(plain.status == 200)
        #expect(plain.string("status") == "error")
        let weird = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"odd"}"#)
        session.reply(4, status: "weird")
        #expect(weird.status == 200)
    }

    @Test func aReplyThatIsLateIs504AndCanBeAwaitedLater() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=1s", #"{"event":"later"}"#)
        harness.time.advance(by: .milliseconds(1_100))
        #expect(push.status == 504)
        #expect(push.string("code") == "reply-timeout")
        #expect(push.json.member("sent")?.bool == true)
        let ref = try #require(push.string("ref"))
        let reply = try session.send(.get, "/replies/\(ref)?wait=5s")
        #expect(reply.isWaiting)
        session.reply(2)
        #expect(reply.status == 200)
    }

    @Test func twoMayWaitForOneReplyAndOneMayLeave() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#)
        push.hangUp()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        let first = try session.send(.get, "/replies/\(ref)?wait=5s")
        let second = try session.send(.get, "/replies/\(ref)?wait=5s")
        session.reply(2)
        session.reply(3)
        #expect(push.isWaiting)
        #expect(first.status == 200 && second.status == 200)
    }

    @Test func aLostReplyIs410() throws {
        let session = try joined()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        session.receive(#"["1","1","t","phx_close",{}]"#)
        let reply = try session.send(.get, "/replies/\(ref)")
        #expect(reply.status == 410)
        #expect(reply.string("code") == "reply-lost")
        #expect(reply.json.member("sent")?.bool == true)
        #expect(try session.send(.get, "/replies/nonsense").status == 404)
        #expect(try session.send(.get, "/replies/abcdefgh-r2").status == 404)
    }

    @Test func payloadsPassByteForByte() throws {
        let session = try joined()
        let payload = #"{"big":12345678901234567890,"f":1.0,"dup":1,"dup":2,"s":"\u00e9\/"}"#
        try session.send(.post, "/topics/t/push", #"{"event":"e","payload":\#(payload)}"#)
        try session.send(.post, "/topics/t/push?event=e%20x", payload)
        try session.send(.post, "/topics/t/push?event=e", #"{"event":"inner"}"#)
        try session.send(.post, "/topics/t/push?event=e", "[1, null]")
        #expect(
            session.link.sentTexts() == [
                #"["1","2","t","e",\#(payload)]"#, #"["1","3","t","e x",\#(payload)]"#,
                #"["1","4","t","e",{"event":"inner"}]"#, #"["1","5","t","e",[1, null]]"#,
            ])
        session.receive("[\"1\",null,\"t\",\"m\",\n\(payload)\n]")
        #expect(try session.send(.get, "/messages").text.contains(#""payload":\#(payload)}"#))
    }

    @Test func binaryPayloadsGoAsBinaryFrames() throws {
        let session = try joined()
        var headers: HTTPFields = [:]
        headers[.contentType] = "application/octet-stream"
        try session.send(.post, "/topics/t/push?event=e", "\u{1}\u{2}", headers: headers)
        try session.send(.post, "/topics/t/push", #"{"event":"e","payload":{"$binary":"AQI="}}"#)
        try session.send(.post, "/topics/t/push?event=e", #"{"$binary":"AQI="}"#)
        #expect(
            session.link.sent() == [
                .binary([0, 1, 1, 1, 1, 0x31, 0x32, 0x74, 0x65, 1, 2]),
                .binary([0, 1, 1, 1, 1, 0x31, 0x33, 0x74, 0x65, 1, 2]),
                .text(Array(#"["1","4","t","e",{"$binary":"AQI="}]"#.utf8)),
            ])
        session.link.handler.transportReceived([.binary([0, 1, 1, 1, 0x31, 0x74, 0x6D, 0xFF, 0xFE])])
        #expect(
            try session.send(.get, "/messages").text.contains(
                #""event":"m","payload":{"$binary":"//4="},"binary":true}"#))
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e","payload":{"$binary":"!"}}"#).status == 400)
    }

    @Test(arguments: [
        "{}],[1", #"{"event":"e","payload":"\ud800"}"#, #"{"event":"e","payload":1e400}"#, #"{"event":"e","payload":}"#,
        "nope", "[]", "1", #"{"event":1}"#, #"{"payload":{}}"#, #"{"event":"e","extra":1}"#, #"{"event":"phx_leave"}"#,
        #"{"event":""}"#, #"{"event":"e"} {"event":"e"}"#,
        #"{"event":"e","payload":"# + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}",
    ])
    func whatWouldCloseTheSocketIs400AndNothingIsSent(_ body: String) throws {
        let session = try joined()
        let answer = try session.send(.post, "/topics/t/push", body)
        #expect(answer.status == 400)
        #expect(answer.string("code") == "invalid-request")
        #expect(session.link.sent() == [])
        let ping = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"ping"}"#)
        session.reply(2)
        #expect(ping.status == 200)
        #expect(try session.kinds() == ["connected", "joined", "reply"])
    }

    @Test func aBodyInAnotherTypeIs415() throws {
        let session = try joined()
        for (type, status) in [
            ("text/plain", 415), ("application/octet-stream", 400), ("application/x-www-form-urlencoded", 202),
            ("application/vnd.x+json; charset=utf-8", 202), ("application/json", 202),
        ] {
            var headers: HTTPFields = [:]
            headers[.contentType] = type
            #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: headers).status == status)
        }
    }

    @Test func bytesWithoutTheirEventsNameAreToldWhereItGoes() throws {
        let answer = try joined().send(
            .post, "/topics/t/push", "x", headers: [.contentType: "application/octet-stream"])
        #expect(answer.string("code") == "invalid-request")
        #expect(answer.string("detail")?.contains("?event=") == true)
    }

    @Test(arguments: [(nil, 400), ("text/plain", 415)] as [(String?, Int)])
    func whoPushesBytesAsSomethingElseIsToldHow(_ type: String?, _ status: Int) throws {
        let session = try joined()
        let headers: HTTPFields = type.map { [.contentType: $0] } ?? [:]
        let answer = try session.send(.post, "/topics/t/push?event=e", "\u{1}bytes", headers: headers)
        #expect(answer.status == status)
        #expect(answer.string("detail")?.hasSuffix("Content-Type: application/octet-stream.") == true)
    }

    @Test func aTopicThatIsBeingJoinedIsWorthAnotherTry() throws {
        let session = try harness.session()
        try session.send(.put, "/topics/t?wait=0")
        let answer = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(answer.status == 409 && answer.string("code") == "not-joined")
        #expect(answer.json.member("retryable")?.bool == true)
        #expect(answer.string("detail")?.contains("?join=true waits for that") == true)
    }

    @Test func aTopicThatIsBeingJoinedAnewIsWorthAnotherTry() throws {
        let session = try joined()
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let answer = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(answer.status == 409)
        #expect(answer.json.member("retryable")?.bool == true)
        #expect(answer.string("detail")?.contains("by itself") == true)
    }

    @Test func aTopicThatIsNotJoinedIs409() throws {
        let session = try joined()
        let answer = try session.send(.post, "/topics/other/push", #"{"event":"e"}"#)
        #expect(answer.status == 409)
        #expect(answer.string("code") == "not-joined")
        #expect(answer.json.member("sent")?.bool == false)
    }

    @Test func soManyMayWaitForRepliesAndNoMore() throws {
        let session = try joined()
        let waiting = try (0..<1_024).map { _ in
            try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#)
        }
        let refused = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#)
        #expect(refused.status == 429)
        #expect(refused.string("code") == "too-many-requests")
        #expect(refused.headers[.retryAfter] == "1")
        #expect(session.link.sent().count == 1_024)
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).status == 202)
        session.reply(2)
        #expect(waiting[0].status == 200)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#).isWaiting)
    }

    @Test(.timeLimit(.minutes(10))) func aForgottenPushsReplyIsStillInTheLog() throws {
        let session = try joined()
        let refs = try (0..<1_100).map { _ in
            try #require(try session.send(.post, "/topics/t/push", #"{"event":"quicksand"}"#).string("ref"))
        }
        session.reply(2, #"{"late":true}"#)
        let replies = try session.send(.get, "/events?kind=reply").json.member("events")?.elements() ?? []
        #expect(replies.map { $0.member("ref")?.string } == [refs[0]])
        #expect(try session.send(.get, "/replies/\(refs[0])").status == 200)
        #expect(try session.send(.get, "/replies/\(refs[1_099])").status == 504)
    }

    @Test func aPushWithAPayloadOverTheFrameLimitIs413() throws {
        let harness = GatewayHarness { $0.connection.maxFrameBytes = 1_000 }
        let session = try harness.session()
        try session.join()
        let body = #"{"event":"e","payload":"\#(String(repeating: "x", count: 1_000))"}"#
        let answer = try session.send(.post, "/topics/t/push", body)
        #expect(answer.status == 413)
        #expect(answer.json.member("sent")?.bool == false)
        #expect(session.link.sent() == [])
    }

    private static func nested(_ levels: Int) -> String {
        String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }

    @Test(arguments: [
        ("/topics/t/push?event=e", "", ""), ("/topics/t/push", #"{"event":"e","payload":"#, "}"),
        ("/push?topic=t", #"{"event":"e","payload":"#, "}"),
    ])
    func aPayloadHasSixtyFourLevelsWhereverItStands(_ path: String, _ before: String, _ after: String) throws {
        let session = try joined()
        #expect(try session.send(.post, path, before + Self.nested(64) + after).status == 202)
        #expect(try session.send(.post, path, before + Self.nested(65) + after).status == 400)
        #expect(session.link.sent().count == 1)
    }

    @Test(arguments: [
        (HTTPRequest.Method.put, "/topics/u?wait=0", #"{"params":{"a":"#, "}}"),
        (.post, "/join?wait=0", #"{"topic":"u","params":{"a":"#, "}}"),
    ])
    func aJoinsParamsHaveSixtyFourLevelsToo(
        _ method: HTTPRequest.Method, _ path: String, _ before: String, _ after: String
    ) throws {
        let session = try joined()
        #expect(try session.send(method, path, before + Self.nested(64) + after).status == 400)
        #expect(try session.send(method, path, before + Self.nested(63) + after).status == 202)
        #expect(session.link.sent().count == 1)
    }

    @Test(arguments: [
        ("/sessions?wait=0", #""topics":[{"topic":"t","params":{"a":"#, "}}]", 202),
        ("/call", #""topic":"t","event":"e","join":{"a":"#, "}", nil),
        ("/call", #""topic":"t","event":"e","payload":{"a":"#, "}", nil),
        ("/listen", #""topic":"t","join":{"a":"#, "}", nil),
    ])
    func inABodyOfMoreTheyHaveSixtyFourLevelsToo(
        _ path: String, _ before: String, _ after: String, _ status: Int?
    ) throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/",\#(before)"#
        #expect(try harness.send(.post, path, body + Self.nested(64) + after + "}").status == 400)
        #expect(harness.transport.links.isEmpty)
        // Taken: connecting, what waits for that has no answer yet.
        #expect(try harness.send(.post, path, body + Self.nested(63) + after + "}").status == status)
        #expect(harness.transport.links.count == 1)
    }
}

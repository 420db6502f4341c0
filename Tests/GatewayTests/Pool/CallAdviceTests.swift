import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "One request" and "Errors": who calls has no session, and is told nothing that needs one.
@Suite struct CallAdviceTests {
    private let harness = GatewayHarness()

    private typealias Pending = GatewayHarness.Pending

    private func call(
        _ members: String = #","event":"e""#, query: String = "?wait=2s", headers: HTTPFields = [:]
    ) throws -> Pending {
        try harness.send(
            .post, "/call\(query)", #"{"uri":"ws://127.0.0.1:4000/socket/websocket","topic":"t"\#(members)}"#,
            headers: headers)
    }

    private func receive(_ link: ScriptedLink, _ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    /// The client of the last call, joined.
    private func open() throws -> ScriptedLink {
        let link = try #require(harness.transport.links.last)
        link.accept()
        receive(link, #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        return link
    }

    private func expectNothingOfSessions(_ answer: Pending) {
        for name in ["ref", "cursor", "next", "oldest", "latest"] {
            #expect(answer.string(name) == nil, "\(answer.text)")
        }
        let detail = answer.string("detail") ?? ""
        for advice in ["GET", "PUT", "PATCH", "after=", "/connect", "session"] {
            #expect(!detail.contains(advice), "\(detail)")
        }
    }

    @Test func aReplyThatDoesNotComeInTimeCanOnlyBeAwaitedUnderAKey() throws {
        let late = try call()
        _ = try open()
        harness.time.advance(by: .milliseconds(2_100))
        #expect(late.string("code") == "reply-timeout" && late.json.member("retryable")?.bool == false)
        #expect(late.string("detail")?.contains("Idempotency-Key") == true)
        expectNothingOfSessions(late)

        let keyed = try call(headers: [.testIdempotencyKey: "k"])
        harness.time.advance(by: .milliseconds(2_100))
        #expect(keyed.string("code") == "reply-timeout" && keyed.json.member("retryable")?.bool == true)
        #expect(keyed.json.member("sent")?.bool == true)
        #expect(keyed.string("detail")?.contains("the same Idempotency-Key") == true)
        expectNothingOfSessions(keyed)
    }

    @Test(arguments: [false, true]) func aMatchThatDoesNotComeInTime(_ isKeyed: Bool) throws {
        for (members, isSent) in [(#","await":{}"#, false), (#","event":"e","await":{}"#, true)] {
            let late = try call(members, headers: isKeyed ? [.testIdempotencyKey: "k\(isSent)"] : [:])
            if !isSent { _ = try open() }
            harness.time.advance(by: .milliseconds(2_100))
            #expect(late.string("code") == "await-timeout" && late.string("stage") == "await", "\(late.text)")
            #expect(late.json.member("sent")?.bool == (isSent ? true : nil))
            #expect(late.json.member("retryable")?.bool == (isKeyed || !isSent))
            expectNothingOfSessions(late)
        }
    }

    @Test func aConnectionOrAChannelThatEndsBeforeThePush() throws {
        let lost = try call()
        let link = try #require(harness.transport.links.last)
        link.accept()
        link.handler.transportClosed(code: 1006, reason: "")
        harness.time.run()
        let closed = try call()
        let second = try #require(harness.transport.links.last)
        second.accept()
        receive(second, #"["1","1","t","phx_close",{}]"#)
        for answer in [lost, closed] {
            #expect(
                [503, 409].contains(answer.status) && answer.json.member("retryable")?.bool == true, "\(answer.text)")
            expectNothingOfSessions(answer)
        }
    }

    @Test func aReplyThatIsAnErrorOrIsLost() throws {
        let error = try call()
        let link = try open()
        receive(link, #"["1","2","t","phx_reply",{"response":{},"status":"error"}]"#)
        #expect(error.string("code") == "push-rejected" && error.json.member("reply") != nil)
        expectNothingOfSessions(error)
        let lost = try call()
        link.handler.transportClosed(code: 1006, reason: "")
        harness.time.run()
        #expect(lost.string("code") == "reply-lost" && lost.json.member("sent")?.bool == true)
        expectNothingOfSessions(lost)
    }

    @Test func aReplyAndAMatchComeWithoutPlacesInALog() throws {
        let reply = try call()
        let link = try open()
        receive(link, #"["1","2","t","phx_reply",{"response":{"a":1},"status":"ok"}]"#)
        #expect(reply.text == #"{"reply":{"status":"ok","response":{"a":1}}}"#)
        let match = try call(#","await":{"event":"new"}"#)
        receive(link, #"["1",null,"t","new",{}]"#)
        #expect(match.status == 200 && match.json.members().map(\.name) == ["message"])
    }

    // MARK: Server-Timing, bytes, members of the connection

    @Test func theTimeOfAMatchIsCalledAwait() throws {
        let match = try call(#","await":{"event":"new"}"#)
        receive(try open(), #"["1",null,"t","new",{}]"#)
        let timing = match.headers[.serverTiming] ?? ""
        #expect(timing.contains(", await;dur=") && !timing.contains("reply;dur="), "\(timing)")
        let first = try harness.send(.get, "/listen?uri=ws://127.0.0.1:4000/socket/websocket&topic=t")
        receive(try #require(harness.transport.links.last), #"["1",null,"t","new",{}]"#)
        #expect(first.headers[.serverTiming]?.hasPrefix("await;dur=") == true, "\(first.headers)")
    }

    @Test(arguments: [true, false]) func aBinaryReplyComesAsItsBytesWhereTheyAreAccepted(_ takesBytes: Bool) throws {
        let answer = try call(headers: takesBytes ? [.accept: "application/octet-stream"] : [:])
        let link = try open()
        link.handler.transportReceived([.binary([1, 1, 1, 1, 2] + Array("12tok".utf8) + [0xFF, 0xFE])])
        harness.time.run()
        #expect(answer.status == 200)
        guard takesBytes else {
            #expect(answer.text == #"{"reply":{"status":"ok","response":{"$binary":"//4="}}}"#)
            return
        }
        #expect(answer.body == [0xFF, 0xFE] && answer.headers[.contentType] == "application/octet-stream")
        #expect(answer.headers[.testStatus] == "ok" && answer.headers[.testRef] == nil)
        #expect(answer.headers[.serverTiming]?.contains("reply;dur=") == true)
    }

    @Test func aCallHasTheHeartbeatThatItAsksFor() throws {
        let answer = try call(#","event":"e","heartbeat_interval":"2s","reconnect":{"max":"1s"}"#)
        let link = try open()
        receive(link, #"["1","2","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(answer.status == 200)
        _ = link.sent()
        harness.transport.advance(.milliseconds(2_100))
        #expect(link.sentTexts().contains { $0.contains(#""phoenix","heartbeat""#) })
        // Another interval is another client.
        _ = try call()
        #expect(harness.transport.links.count == 2)
    }

    @Test(arguments: ["heartbeat_interval", "reconnect"]) func whatIsWrongOfThemIsSaid(_ name: String) throws {
        let answer = try call(#","event":"e","\#(name)":"never""#)
        #expect(answer.status == 400 && answer.text.contains(#""pointer":"/\#(name)""#), "\(answer.text)")
    }
}

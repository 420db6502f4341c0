import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "One request": where a call stopped, and how long each stage took.
@Suite struct CallStageTests {
    private let calls = CallHarness()

    private func timing(_ pending: GatewayHarness.Pending) -> [String] {
        (pending.headers[.serverTiming] ?? "").split(separator: ",").compactMap { part in
            part.split(separator: ";").first.map { $0.trimmingPrefix(" ").description }
        }
    }

    private func link() throws -> ScriptedLink { try #require(calls.links.last) }

    @Test(arguments: [nil, "k"]) func beforeTheSocketIsOpenItIsConnect(_ key: String?) throws {
        let late = try calls.call(query: "?wait=1s", key: key)
        calls.harness.time.advance(by: .seconds(2))
        #expect(late.string("code") == "connect-timeout" && late.string("stage") == "connect", "\(late.text)")
        #expect(late.string("detail")?.contains("session") == false)
        let refused = try calls.call(key: key)
        try link().handler.transportFailed(.failed(reason: "nothing listens there"))
        calls.harness.time.run()
        #expect(refused.status == 502 && refused.string("stage") == "connect" && timing(refused) == ["connect"])
    }

    @Test func behindThatItIsJoinWhateverGoesWrong() throws {
        let lost = try calls.call()
        try link().accept()
        try link().handler.transportClosed(code: 1006, reason: "")
        calls.harness.time.run()
        let late = try calls.call(query: "?wait=1s")
        try link().accept()
        calls.harness.time.advance(by: .seconds(2))
        let rejected = try calls.call()
        try link().accept()
        calls.receive(try link(), #"["1","1","t","phx_reply",{"response":{},"status":"error"}]"#)
        let drained = try calls.call()
        try link().accept()
        calls.harness.time.run()
        calls.harness.gateway.drain()
        let codes = [lost, late, rejected, drained].map { $0.string("code") }
        #expect(codes == ["disconnected", "join-timeout", "join-rejected", "draining"])
        for answer in [lost, late, rejected, drained] {
            #expect(answer.string("stage") == "join", "\(answer.text)")
            #expect(timing(answer) == ["connect", "join"], "\(answer.headers)")
        }
    }

    @Test func aKeyedJoinThatIsLateIsAJoin() throws {
        let late = try calls.call(query: "?wait=1s", key: "k")
        try link().accept()
        calls.harness.time.advance(by: .seconds(2))
        #expect(late.string("code") == "join-timeout" && late.string("stage") == "join", "\(late.text)")
        #expect(timing(late) == ["connect", "join"])
    }

    @Test func aReplyAndAMatchThatAreLateTellTheirTimes() throws {
        let reply = try calls.call(query: "?wait=1s")
        _ = try calls.open()
        calls.harness.time.advance(by: .seconds(2))
        #expect(reply.string("stage") == "reply" && timing(reply) == ["connect", "join", "reply"])
        let match = try calls.call(#","await":{}"#, query: "?wait=1s")
        calls.harness.time.advance(by: .seconds(2))
        #expect(match.string("stage") == "await" && timing(match) == ["await"])
    }

    @Test func aRefusedPushThatIsFoundByARepeatIsAReplys() throws {
        let members = #","event":"e","await":{"event":"never"}"#
        let first = try calls.call(members, query: "?wait=1s", key: "k")
        let link = try calls.open()
        calls.harness.time.advance(by: .seconds(2))
        #expect(first.string("stage") == "await")
        calls.reply(link, 2, status: "error")
        let second = try calls.call(members, key: "k")
        #expect(second.status == 422 && second.string("stage") == "reply", "\(second.text)")
    }

    @Test func whatIsTooLargeToSendIsAPush() throws {
        let calls = CallHarness { $0.connection.maxFrameBytes = 200 }
        let large = try calls.call(#","event":"e","payload":"\#(String(repeating: "x", count: 300))""#)
        _ = try calls.open()
        #expect(large.status == 413 && large.string("stage") == "push", "\(large.text)")
        #expect(large.headers[.serverTiming]?.hasPrefix("connect;dur=") == true)
    }
}

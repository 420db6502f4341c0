import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": the members of each kind of entry.
@Suite struct LogEntryTests {
    private let harness = GatewayHarness()

    /// The entries but for `cursor` and `at`, which all have, and with times to the next attempt as `0`.
    private func entries(_ session: SessionHarness) throws -> [String] {
        let events = try #require(try session.send(.get, "/events").json.member("events"))
        return try events.elements().map { entry in
            let members = entry.members()
            #expect(members.prefix(3).map(\.name) == ["cursor", "kind", "at"])
            #expect(try #require(entry.member("at")?.string).hasPrefix("2026-11-24T00:00:0"))
            return try members.filter { $0.name != "cursor" && $0.name != "at" }.map { name, value in
                if name == "retry_in", value.kind == .number { return "retry_in:0" }
                return "\(name):\(try #require(String(validating: value.bytes, as: UTF8.self)))"
            }.joined(separator: " ")
        }
    }

    @Test func entriesOfTopicsHaveTheirMembers() throws {
        let session = try harness.session()
        _ = try session.send(.put, "/topics/t")
        session.reply(1, #"{"a":1.0}"#)
        session.push("e", #"{"n":9007199254740993}"#)
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        session.reply(2, #"{"b":2}"#)
        _ = try session.send(.put, "/topics/u")
        session.reply(3, on: "u", joinRef: 3, status: "error", #"{"reason":"no"}"#)
        _ = try session.send(.put, "/topics/v")
        session.reply(4, on: "v", joinRef: 4)
        session.receive(#"["4","4","v","phx_close",{}]"#, #"["1","1","t","phx_error",{"reason":"crash"}]"#)
        harness.transport.advance(.seconds(1))
        session.reply(5, joinRef: 5, #"{"a":2}"#)
        _ = try session.send(.delete, "/topics/t")
        session.reply(6, joinRef: 5)
        #expect(
            try entries(session) == [
                #"kind:"connected" attempt:1"#, #"kind:"joined" topic:"t" response:{"a":1.0} rejoin:false"#,
                #"kind:"message" topic:"t" event:"e" payload:{"n":9007199254740993}"#,
                #"kind:"reply" topic:"t" ref:"\#(ref)" status:"ok" response:{"b":2}"#,
                #"kind:"join_failed" topic:"u" response:{"reason":"no"}"#,
                #"kind:"joined" topic:"v" response:{} rejoin:false"#, #"kind:"topic_closed" topic:"v""#,
                #"kind:"topic_error" topic:"t" payload:{"reason":"crash"}"#,
                #"kind:"joined" topic:"t" response:{"a":2} rejoin:true"#, #"kind:"gap" topic:"t" reason:"rejoin""#,
                #"kind:"left" topic:"t""#,
            ])
    }

    @Test func entriesOfTheConnectionHaveTheirMembers() throws {
        let session = try harness.session()
        _ = try session.send(.put, "/topics/t")
        session.link.handler.transportClosed(code: 1012, reason: "restart")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.failed(reason: "nothing listens"))
        harness.transport.advance(.seconds(2))
        harness.transport.links[2].accept()
        harness.transport.links[2].handler.transportClosed(code: nil, reason: "")
        harness.transport.advance(.seconds(2))
        // The connection was too short to count anew from it.
        harness.transport.links[3].handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        let told = try entries(session)
        #expect(
            told == [
                #"kind:"connected" attempt:1"#, #"kind:"join_failed" topic:"t" reason:"disconnected""#,
                #"kind:"disconnected" code:1012 reason:"restart" cause:"server""#,
                #"kind:"connect_failed" reason:"nothing listens" attempt:1 retry_in:0"#,
                #"kind:"connected" attempt:2"#, #"kind:"disconnected" code:null reason:"" cause:"network""#,
                #"kind:"connect_failed" status:401 attempt:3 retry_in:null"#,
            ])
    }

    @Test func aServerThatAnswersNoHeartbeatIsToldAsHeartbeat() throws {
        let session = try harness.session()
        harness.transport.advance(.seconds(45))
        session.link.handler.transportClosed(code: nil, reason: "")
        let last = try #require(try entries(session).dropFirst().first)
        let reason = "the server did not answer a heartbeat"
        #expect(last == #"kind:"disconnected" code:null reason:"\#(reason)" cause:"heartbeat""#)
    }

    @Test func aGapOfWhatIsNoLongerKeptSaysHowManyAndOfNoTopic() throws {
        let session = try harness.session(#","log":{"max_entries":1}"#)
        try session.join()
        session.push("e")
        #expect(try entries(session).first == #"kind:"gap" reason:"overflow" dropped:2"#)
    }
}

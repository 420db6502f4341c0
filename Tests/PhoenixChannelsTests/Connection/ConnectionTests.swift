import PhoenixChannels
import TestSupport
import Testing

@Suite struct ConnectionTests {
    private let transport = ScriptedTransport()
    private let delegate = RecordingDelegate()
    private let connection: Connection
    private let link: ScriptedLink

    init() throws {
        var configuration = ConnectionConfiguration()
        configuration.maxFrameBytes = 4_096
        configuration.maxOutboxBytes = 10_000
        configuration.reconnect = nil
        connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket"), configuration: configuration,
            transport: transport, delegate: delegate)
        connection.open()
        link = transport.links[0]
    }

    private func join() throws {
        link.accept()
        try connection.join("t", params: .emptyObject).perform()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        _ = link.sent()
        _ = delegate.take()
    }

    @Test func theEventLoopIsWokenOnlyWhenTheOutboxWasEmpty() throws {
        try join()
        let before = link.wakes
        for _ in 0..<64 { try connection.push("t", event: "e", payload: .emptyObject).wake.perform() }
        #expect(link.wakes == before + 1)
        #expect(link.sent().count == 64)
        try connection.push("t", event: "e", payload: .emptyObject).wake.perform()
        #expect(link.wakes == before + 2)
    }

    @Test func theEventsOfOneReadComeInOneBatchInOrder() throws {
        try join()
        link.receive(#"["1",null,"t","a",{}]"#, #"[null,null,"t","b",[1, 2]]"#, #"["1","1","t","phx_close",{}]"#)
        #expect(
            delegate.take() == [
                .message(topic: "t", event: "a", payload: .emptyObject),
                .message(topic: "t", event: "b", payload: .json(try JSONText("[1, 2]"))), .topicClosed(topic: "t"),
            ])
    }

    @Test func anUnreadableFrameEndsTheSocketWithWhatCameBefore() throws {
        try join()
        link.receive(#"["1",null,"t","a",{}]"#, "{not json", #"["1",null,"t","b",{}]"#)
        #expect(delegate.take() == [.message(topic: "t", event: "a", payload: .emptyObject)])
        #expect(link.closeCodes == [1002])
        link.handler.transportClosed(code: 1002, reason: "")
        guard case .disconnected(let end, _) = delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(end.cause == .server && end.reason.contains("not a V2 message"))
    }

    @Test func whatComesInLaterReadsBehindAnUnreadableFrameIsNotTold() throws {
        try join()
        link.receive("{not json", #"["1",null,"t","a",{}]"#)
        link.receive(#"["1",null,"t","b",{}]"#)
        #expect(delegate.take() == [])
        #expect(link.closeCodes == [1002])
    }

    @Test func aHeartbeatWithoutAnAnswerEndsTheSocket() throws {
        link.accept()
        transport.advance(.seconds(25))
        #expect(link.sentTexts() == [#"[null,"1","phoenix","heartbeat",{}]"#])
        transport.advance(.seconds(19))
        #expect(link.drops == 0)
        transport.advance(.seconds(1))
        #expect(link.sentTexts() == [])
        #expect(link.drops == 1)
        link.handler.transportClosed(code: nil, reason: "")
        guard case .disconnected(let end, _) = delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(end.cause == .heartbeat)
    }

    @Test func whatIsTooLargeIsRefusedAndSendsNothing() throws {
        try join()
        let large = Payload.json(try JSONText("\"\(String(repeating: "x", count: 5_000))\""))
        #expect(throws: CommandError.tooLarge(limit: 4_096)) {
            try connection.push("t", event: "e", payload: large).wake.perform()
        }
        #expect(throws: CommandError.tooLarge(limit: 4_096)) {
            try connection.push("t", event: "e", payload: .binary([UInt8](repeating: 0, count: 4_096))).wake.perform()
        }
        #expect(throws: CommandError.nameTooLong) {
            try connection.push("t", event: String(repeating: "e", count: 256), payload: .binary([])).wake.perform()
        }
        #expect(throws: CommandError.tooLarge(limit: 4_096)) {
            try connection.join("u", params: try JSONText("{\"x\":\"\(String(repeating: "x", count: 5_000))\"}"))
                .perform()
        }
        #expect(link.sent() == [])
        try connection.join("u", params: .emptyObject).perform()
        #expect(link.sent().count == 1)
    }

    @Test func anOutboxThatIsFullRefusesCommandsUntilItIsTaken() throws {
        try join()
        let payload = Payload.json(try JSONText("\"\(String(repeating: "x", count: 1_000))\""))
        var pushed = 0
        #expect(throws: CommandError.backlogged) {
            while pushed < 100 {
                _ = try connection.push("t", event: "e", payload: payload)
                pushed += 1
            }
        }
        #expect(pushed == 10)
        #expect(throws: CommandError.backlogged) { try connection.join("u", params: .emptyObject).perform() }
        #expect(link.sent().count == 10)
        try connection.join("u", params: .emptyObject).perform()
        #expect(link.sent().count == 1)
    }

    @Test func closeGoesBehindWhatIsToBeSent() throws {
        try join()
        try connection.push("t", event: "e", payload: .emptyObject).wake.perform()
        connection.close()
        connection.close()
        #expect(link.closeCodes == [1000])
        #expect(link.sent().count == 1)
        #expect(throws: CommandError.notConnected) {
            try connection.push("t", event: "e", payload: .emptyObject).wake.perform()
        }
    }

    @Test func aFailedConnectIsTold() {
        let refusal = UpgradeRefusal(status: 403, now: 0)
        link.handler.transportFailed(.refused(refusal))
        #expect(delegate.take() == [.connectFailed(.refused(refusal), attempt: 1, retryIn: nil)])
        #expect(throws: CommandError.notConnected) { try connection.join("t", params: .emptyObject).perform() }
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// A connection that is closed by request and opened again; the test plays the server and the clock.
@Suite struct DisconnectTests {
    private let transport = ScriptedTransport()
    private let delegate = RecordingDelegate()
    private let connection: Connection
    private let requested = Disconnection(cause: .requested, code: 1000)

    init() throws {
        connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/"), transport: transport, delegate: delegate, seed: 1)
        connection.open()
    }

    private func ok(_ ref: Int, _ topic: String = "t") -> String {
        #"["\#(ref)","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#
    }

    @Test func whatWasJoinedIsJoinedAnewWhenItIsOpenedAgainAndRefsGoOn() throws {
        transport.links[0].accept()
        try connection.join("t", params: try JSONText(#"{"a":1}"#)).perform()
        transport.links[0].receive(ok(1))
        let push = try connection.push("t", event: "e", payload: .emptyObject)
        push.wake.perform()
        _ = delegate.take()
        connection.disconnect()
        #expect(transport.links[0].closeCodes == [1000])
        #expect(delegate.take() == [])
        connection.open()
        #expect(transport.links.count == 1)
        transport.links[0].handler.transportClosed(code: 1000, reason: "")
        #expect(
            delegate.take() == [
                .replyLost(topic: "t", ref: push.ref, .disconnected), .disconnected(requested, retryIn: nil),
            ])
        transport.advance(.seconds(1_000))
        #expect(transport.links.count == 1)
        #expect(throws: CommandError.notConnected) { try connection.join("u", params: .emptyObject).perform() }
        connection.open()
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [#"["3","3","t","phx_join",{"a":1}]"#])
        transport.links[1].receive(ok(3))
        #expect(
            delegate.take() == [
                .connected(attempt: 1), .joined(topic: "t", response: .emptyObject, rejoin: .reconnect),
            ])
    }

    @Test func aTopicLeftWhileItIsDisconnectedIsNotJoinedAnew() throws {
        transport.links[0].accept()
        try connection.join("t", params: .emptyObject).perform()
        transport.links[0].receive(ok(1))
        connection.disconnect()
        transport.links[0].handler.transportClosed(code: 1000, reason: "")
        #expect(throws: CommandError.notConnected) { try connection.leave("t") }
        connection.open()
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [])
    }

    @Test func anAttemptThatIsDisconnectedIsToldAsCancelled() {
        connection.disconnect()
        #expect(transport.links[0].closeCodes == [1000])
        transport.links[0].handler.transportFailed(.cancelled)
        #expect(delegate.take() == [.connectFailed(.cancelled, attempt: 1, retryIn: nil)])
        connection.open()
        #expect(transport.links.count == 2)
    }

    @Test func whileItWaitsADisconnectIsToldAndAnOpenConnectsAtOnce() {
        transport.links[0].handler.transportFailed(.timedOut)
        connection.open()
        #expect(transport.links.count == 2)
        transport.links[1].handler.transportFailed(.timedOut)
        _ = delegate.take()
        connection.disconnect()
        transport.advance(.seconds(1_000))
        #expect(delegate.take() == [.disconnected(Disconnection(cause: .requested), retryIn: nil)])
        #expect(transport.links.count == 2)
        connection.open()
        #expect(transport.links.count == 3)
    }

    @Test func afterItWasClosedForGoodNothingOpensIt() {
        transport.links[0].accept()
        connection.disconnect()
        connection.close()
        transport.links[0].handler.transportClosed(code: 1000, reason: "")
        connection.open()
        #expect(transport.links.count == 1)
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// A connection that is lost and comes back; the test plays the server and the clock.
@Suite struct ReconnectTests {
    private let transport = ScriptedTransport()
    private let delegate = RecordingDelegate()

    private func connect(
        _ change: (inout ConnectionConfiguration) -> Void = { _ in }
    ) throws -> Connection {
        var configuration = ConnectionConfiguration()
        change(&configuration)
        let connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/"), configuration: configuration, transport: transport,
            delegate: delegate, seed: 1)
        connection.open()
        return connection
    }

    private func ok(_ ref: Int, _ topic: String = "t") -> String {
        #"["\#(ref)","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#
    }

    @Test func everyTopicIsJoinedAnewWithItsParamsAndRefsGoOn() throws {
        let connection = try connect()
        transport.links[0].accept()
        try connection.join("t", params: try JSONText(#"{"a":1}"#)).perform()
        try connection.join("u", params: .emptyObject).perform()
        transport.links[0].receive(ok(1), ok(2, "u"))
        let push = try connection.push("t", event: "e", payload: .emptyObject)
        push.wake.perform()
        _ = delegate.take()
        transport.links[0].handler.transportClosed(code: 1012, reason: "")
        let told = delegate.take()
        #expect(told.first == .replyLost(topic: "t", ref: push.ref, .disconnected))
        #expect(throws: CommandError.notConnected) { try connection.push("t", event: "e", payload: .emptyObject) }
        #expect(transport.links.count == 1)
        transport.advance(.milliseconds(100))
        #expect(transport.links.count == 2)
        transport.links[1].accept()
        // A push is never sent again.
        #expect(
            transport.links[1].sentTexts()
                == [#"["4","4","t","phx_join",{"a":1}]"#, #"["5","5","u","phx_join",{}]"#])
        transport.links[1].receive(ok(4), ok(5, "u"), #"["4","3","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(
            delegate.take() == [
                .connected(attempt: 1), .joined(topic: "t", response: .emptyObject, rejoin: .reconnect),
                .joined(topic: "u", response: .emptyObject, rejoin: .reconnect),
            ])
    }

    @Test func whatWaitedInTheOutboxIsNotSentOnTheNextConnection() throws {
        let connection = try connect()
        transport.links[0].accept()
        try connection.join("t", params: .emptyObject).perform()
        transport.links[0].receive(ok(1))
        _ = transport.links[0].sent()
        _ = try connection.push("t", event: "e", payload: .emptyObject)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        transport.advance(.seconds(1))
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [#"["3","3","t","phx_join",{}]"#])
    }

    @Test func endpointAndParamsAreAskedForAnewAtEachConnectAndJoin() throws {
        let source = CredentialSource()
        let connection = Connection(
            endpoint: { try source.endpoint() }, transport: transport, delegate: delegate, seed: 1)
        connection.open()
        transport.links[0].accept()
        try connection.join("t", params: { source.params() }).perform()
        #expect(transport.links[0].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        transport.links[0].receive(ok(1))
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        transport.advance(.seconds(1))
        transport.links[1].accept()
        #expect(transport.links.map(\.endpoint.target) == ["/?token=1&vsn=2.0.0", "/?token=2&vsn=2.0.0"])
        #expect(transport.links[1].sentTexts() == [#"["2","2","t","phx_join",{"n":2}]"#])
    }

    @Test func aJoinAnewWhoseParamsHaveBecomeTooLargeHasFailedAndIsNotSent() throws {
        let source = CredentialSource()
        let connection = try connect { $0.maxFrameBytes = 400 }
        transport.links[0].accept()
        let large = try JSONText(#"{"a":"\#(String(repeating: "x", count: 400))"}"#)
        try connection.join("t", first: .emptyObject) { large }.perform()
        try connection.join("u", params: { source.params() }).perform()
        transport.links[0].receive(ok(1), ok(2, "u"))
        transport.links[0].handler.transportClosed(code: 1012, reason: "")
        _ = delegate.take()
        transport.advance(.milliseconds(100))
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [#"["3","3","u","phx_join",{"n":2}]"#])
        #expect(
            delegate.take() == [
                .connected(attempt: 1), .joinFailed(topic: "t", .tooLarge(limit: 400), rejoin: .reconnect),
            ])
        try connection.join("t", params: .emptyObject).perform()
        #expect(transport.links[1].sentTexts() == [#"["4","4","t","phx_join",{}]"#])
    }

    @Test func anEndpointThatCannotBeHadIsAFailedAttempt() throws {
        struct NoToken: Error {}
        let connection = Connection(
            endpoint: { throw NoToken() }, transport: transport, delegate: delegate, seed: 1)
        connection.open()
        transport.advance()
        guard case .connectFailed(.failed(let reason), attempt: 1, retryIn: .some) = delegate.take().first else {
            Issue.record("no failed attempt was told")
            return
        }
        #expect(reason == "there is no endpoint to connect to: NoToken")
        connection.close()
    }

    @Test func aServerThatIsSilentIsDroppedAndConnectedToAgain() throws {
        _ = try connect()
        transport.links[0].accept()
        transport.advance(.seconds(45))
        #expect(transport.links[0].drops == 1)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        guard case .disconnected(let end, .some) = delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(end.cause == .heartbeat)
        transport.advance(.seconds(1))
        #expect(transport.links.count == 2)
        transport.links[1].accept()
        transport.links[1].handler.transportClosed(code: nil, reason: "")
        guard case .disconnected(let next, .some) = delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(next.cause == .network)
    }

    @Test func aCloseWhileItWaitsIsToldAndNothingConnectsAnyMore() throws {
        let connection = try connect()
        transport.links[0].handler.transportFailed(.timedOut)
        _ = delegate.take()
        connection.close()
        #expect(delegate.take() == [])
        transport.advance()
        #expect(delegate.take() == [.disconnected(Disconnection(cause: .requested), retryIn: nil)])
        transport.advance(.seconds(60))
        #expect(transport.links.count == 1)
    }

    @Test func alarmsAreSetForTheEarliestDeadlineOnly() throws {
        let connection = try connect()
        transport.links[0].accept()
        let before = transport.scheduledCount
        for number in 0..<100 {
            try connection.join("t\(number)", params: .emptyObject).perform()
            transport.links[0].receive(ok(number + 1, "t\(number)"))
        }
        #expect(transport.scheduledCount == before)
    }
}

/// Credentials that are new each time.
private final class CredentialSource: Sendable {
    private let numbers = Counter()

    func endpoint() throws -> Endpoint {
        try Endpoint(uri: "ws://127.0.0.1:4000/", params: JSONText(#"{"token":\#(numbers.next(0))}"#))
    }

    func params() -> JSONText { JSONText(unchecked: Array(#"{"n":\#(numbers.next(1))}"#.utf8)) }
}

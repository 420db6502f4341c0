import PhoenixChannels
import TestSupport
import Testing

/// Pushes that nobody keeps any more.
@Suite struct UntrackedPushTests {
    private let delegate = RecordingDelegate()
    private let connection: Connection
    private let link: ScriptedLink
    private let refs: [Ref]

    /// Joined, and with three pushes on their way.
    init() throws {
        let transport = ScriptedTransport()
        connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket"), transport: transport,
            delegate: delegate)
        connection.open()
        let (connection, link) = (connection, transport.links[0])
        link.accept()
        try connection.join("t", params: .emptyObject).perform()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        refs = try (0..<3).map { _ in try connection.push("t", event: "e", payload: .emptyObject).ref }
        self.link = link
        _ = delegate.take()
    }

    private func told(_ texts: String...) -> [ConnectionEvent] {
        for text in texts { link.receive(text) }
        return delegate.take()
    }

    private func reply(_ ref: String, joinRef: String = "1", on topic: String = "t") -> String {
        #"["\#(joinRef)","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#
    }

    private func replied(_ ref: Ref) -> ConnectionEvent {
        .replied(topic: "t", ref: ref, Reply(status: "ok", response: .emptyObject))
    }

    @Test func theirRepliesAreToldAndThatTheyAreLostIsNot() {
        connection.untrack([refs[0], refs[1]])
        #expect(told(reply("2")) == [replied(refs[0])])
        link.handler.transportClosed(code: 1006, reason: "")
        let lost = delegate.take().compactMap { event in
            if case .replyLost(_, let ref, _) = event { ref } else { nil }
        }
        #expect(lost == [refs[2]])
    }

    @Test func whatIsNoReplyToOneOfThemIsNotTold() throws {
        connection.untrack([refs[0]])
        // Of one that was forgotten, of the join itself, of an earlier join, of another topic, of none that was sent.
        connection.forget([refs[1]])
        #expect(told(reply("3"), reply("1"), reply("2", joinRef: "9"), reply("2", on: "u"), reply("77")) == [])
        try #require(try connection.leave("t")).perform()
        #expect(told(reply("2")) == [replied(refs[0])])
        #expect(told(reply("4"), reply("5"), reply("2")) == [replied(refs[2]), .left(topic: "t")])
    }

    @Test func oneThatSaysThatTheChannelIsGoneEndsIt() {
        connection.untrack([refs[0]])
        let events = told(
            #"[null,"2","t","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#)
        let kinds = events.map { event in
            switch event {
            case .replied(_, let ref, _): "replied \(ref)"
            case .replyLost(_, let ref, _): "lost \(ref)"
            case .topicError: "error"
            case .connected, .connectFailed, .disconnected, .joined, .joinFailed, .left, .message, .topicClosed: "other"
            }
        }
        #expect(kinds == ["replied 2", "lost 3", "lost 4", "error"])
    }
}

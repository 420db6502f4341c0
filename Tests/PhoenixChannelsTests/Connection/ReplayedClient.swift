import PhoenixChannels
import TestSupport
import Testing

/// A `Connection` whose user and server are both a recording.
///
/// Refs are compared through a table, recorded to ours: a recorder that counted from 7, or that sent what this client
/// refuses to send (a push to a topic it knows to be unjoined), is a few numbers ahead.
final class ReplayedClient {
    private enum Command {
        case join, leave, push, heartbeat
        /// The client refused: nothing was sent.
        case refused
    }

    private let transport = ScriptedTransport()
    private let delegate = RecordingDelegate()
    private let connection: Connection
    private let link: ScriptedLink
    /// What each recorded ref stands for.
    private var commands: [WireRef: Command] = [:]
    /// Our number for each recorded one.
    private var ours: [WireRef: WireRef] = [:]
    /// The recorded join_ref of each topic, while the join stands.
    private var joins: [String: WireRef] = [:]

    init() throws {
        // The recordings' clients don't come back by themselves.
        var configuration = ConnectionConfiguration()
        (configuration.reconnect, configuration.rejoin) = (nil, nil)
        connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket"), configuration: configuration,
            transport: transport, delegate: delegate)
        connection.open()
        link = transport.links[0]
        link.accept()
        #expect(delegate.take() == [.connected(attempt: 1)])
    }

    /// Does what made the recording's client send this, and compares.
    func send(_ row: TranscriptRow) throws {
        guard let frame = row.frame else { throw RawSocket.Failure(description: "not a whole message") }
        let recorded = try V2Serializer.decode(frame, by: .client)
        let ref = try #require(recorded.ref)
        do throws(CommandError) {
            commands[ref] = try perform(recorded)
        } catch .notJoined {
            #expect(recorded.event != "phx_join" && joins[recorded.topic] == nil)
            commands[ref] = .refused
            return
        }
        let sent = link.sent()
        #expect(sent.count == 1)
        let message = try V2Serializer.decode(try #require(sent.first), by: .client)
        ours[ref] = message.ref
        if commands[ref] == .join { joins[recorded.topic] = ref }
        let expected = try V2Serializer.encode(translated(recorded), by: .client)
        #expect(sent.first?.isSame(as: expected) == true, "sent \(message), recorded \(recorded)")
    }

    private func perform(_ message: Message) throws(CommandError) -> Command {
        switch (message.topic, message.event, message.payload) {
        case ("phoenix", "heartbeat", _):
            transport.advance(ConnectionConfiguration().heartbeatInterval)
            return .heartbeat
        case (let topic, "phx_join", .json(let params)):
            try connection.join(topic, params: params).perform()
            return .join
        case (let topic, "phx_leave", _):
            try connection.leave(topic)?.perform()
            return .leave
        case (let topic, let event, let payload):
            try connection.push(topic, event: event, payload: payload).wake.perform()
            return .push
        }
    }

    /// Hands the server's frame over, and compares what is told with what the frame says.
    func receive(_ row: TranscriptRow) throws {
        guard let frame = row.frame else { throw RawSocket.Failure(description: "not a whole message") }
        let recorded = try V2Serializer.decode(frame, by: .server)
        if let ref = recorded.ref, commands[ref] == .refused { return }
        let message = translated(recorded)
        // The bytes as they were recorded, but where a number had to be translated.
        link.handler.transportReceived([message == recorded ? frame : try V2Serializer.encode(message, by: .server)])
        let told = delegate.take()
        let topic = message.topic
        switch message.event {
        case "phx_reply":
            try expectReply(recorded, try #require(message.ref?.ref), told)
        case "phx_close", "phx_error":
            guard recorded.joinRef == joins[topic], joins.removeValue(forKey: topic) != nil else {
                #expect(told == [])
                return
            }
            let isError = message.event == "phx_error"
            #expect(
                told.last
                    == (isError ? .topicError(topic: topic, payload: message.payload) : .topicClosed(topic: topic)))
            expectLosses(told.dropLast(), isError ? .channelCrashed : .channelClosed)
        default:
            #expect(told == [.message(topic: topic, event: message.event, payload: message.payload)])
        }
    }

    private func expectReply(_ recorded: Message, _ ref: Ref, _ told: [ConnectionEvent]) throws {
        let reply = try #require(recorded.reply)
        let topic = recorded.topic
        switch commands[try #require(recorded.ref)] {
        case .heartbeat:
            #expect(told == [])
        case .leave:
            joins[topic] = nil
            #expect(told.last == .left(topic: topic))
            expectLosses(told.dropLast(), .left)
        case .push:
            #expect(told == [.replied(topic: topic, ref: ref, reply)])
        case .join where reply.status == "ok":
            #expect(told == [.joined(topic: topic, response: reply.response, rejoin: nil)])
        case .join:
            joins[topic] = nil
            #expect(told == [.joinFailed(topic: topic, Self.failure(reply), rejoin: nil)])
        case .refused, nil:
            Issue.record("a reply to what was never sent: \(recorded)")
        }
    }

    private static func failure(_ reply: Reply) -> JoinFailure {
        guard case .json(let text) = reply.response else { return .rejected(reply) }
        switch text.slice.member("reason")?.string {
        case "unmatched topic": return .unmatchedTopic(reply)
        case "too many channels joined": return .tooManyChannels(reply)
        default: return .rejected(reply)
        }
    }

    private func expectLosses(_ told: some Collection<ConnectionEvent>, _ loss: ReplyLoss) {
        for event in told {
            guard case .replyLost(_, _, loss) = event else {
                Issue.record("told \(event) with the end of a channel")
                continue
            }
        }
    }

    func close(_ row: TranscriptRow) {
        if row.by == "client" {
            connection.close()
            #expect(link.closeCodes == [1000])
        }
        let code = row.by == "tcp" ? nil : row.code.flatMap { UInt16(exactly: $0) }
        link.handler.transportClosed(code: code, reason: "")
        let cause: Disconnection.Cause =
            switch row.by {
            case "client": .requested
            case "tcp": .network
            default: .server
            }
        #expect(delegate.take().last == .disconnected(Disconnection(cause: cause, code: code), retryIn: nil))
    }

    private func translated(_ recorded: Message) -> Message {
        var message = recorded
        message.joinRef = recorded.joinRef.map { ours[$0] ?? $0 }
        message.ref = recorded.ref.map { ours[$0] ?? $0 }
        return message
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// The server's side of the recording.
extension ReplayedClient {
    /// Hands the server's frame over, and compares what is told with what the frame says.
    func receive(_ row: TranscriptRow) throws {
        // Control frames are the transport's, which the client doesn't hear of.
        guard row.op == nil else { return }
        guard let frame = row.frame else { throw RawSocket.Failure(description: "not a whole message") }
        let recorded: Message
        do throws(WireError) {
            recorded = try V2Serializer.decode(frame, by: .server)
        } catch {
            // Echoed from what this client can't send: the websocket is closed, and why will be told.
            link.handler.transportReceived([frame])
            #expect(link.closeCodes == [1002] && delegate.take() == [])
            isViolated = true
            return
        }
        if recorded.event == "phx_reply", early.contains(where: { $0.ref == recorded.ref }) {
            held.append(row)
            return
        }
        let message = translated(recorded)
        // The bytes as they were recorded, but where a number had to be translated.
        link.handler.transportReceived([message == recorded ? frame : try V2Serializer.encode(message, by: .server)])
        try compare(delegate.take(), recorded, message)
        try catchUp()
    }

    private func compare(_ told: [ConnectionEvent], _ recorded: Message, _ message: Message) throws {
        let topic = message.topic
        switch message.event {
        case "phx_reply":
            try expectReply(recorded, message, told)
        case "phx_close", "phx_error":
            guard recorded.joinRef == joins[topic], joins[topic] != nil else {
                #expect(told == [])
                return
            }
            let wasLeft = leaving.contains(topic)
            forget(topic)
            if wasLeft {
                #expect(told == losses(of: topic, .left) + [.left(topic: topic)])
            } else if message.event == "phx_error" {
                let end = ConnectionEvent.topicError(topic: topic, payload: message.payload)
                #expect(told == losses(of: topic, .channelCrashed) + [end])
            } else {
                #expect(told == losses(of: topic, .channelClosed) + [.topicClosed(topic: topic)])
            }
        default:
            #expect(told == [.message(topic: topic, event: message.event, payload: message.payload)])
            if message.event.hasPrefix("presence_") {
                let changes = try presences[topic]?.received(message.event, message.payload)
                #expect(changes?.isEmpty == false || presences[topic]?.isSynced == false)
            }
        }
    }

    private func expectReply(_ recorded: Message, _ message: Message, _ told: [ConnectionEvent]) throws {
        let reply = try #require(recorded.reply)
        let topic = recorded.topic
        switch recorded.ref.flatMap({ commands[$0] }) {
        case .heartbeat:
            #expect(told == [])
        case .leave:
            forget(topic)
            #expect(told == losses(of: topic, .left) + [.left(topic: topic)])
        case .push:
            let ref = try #require(message.ref?.ref)
            unanswered[ref] = nil
            #expect(told == [.replied(topic: topic, ref: ref, reply)])
        case .join where reply.status == "ok":
            joined.insert(topic)
            var presence = presences[topic] ?? Presence()
            presence.joined()
            presences[topic] = presence
            #expect(told == [.joined(topic: topic, response: reply.response, rejoin: nil)])
        case .join:
            forget(topic)
            #expect(told == [.joinFailed(topic: topic, Self.failure(reply), rejoin: nil)])
        case .refused, nil:
            // A reply to what was never sent.
            #expect(told == [])
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

    func close(_ row: TranscriptRow) {
        #expect(early.isEmpty && held.isEmpty)
        if row.by == "client", !isViolated {
            connection.close()
            // Also where the recorder closed with 4001.
            #expect(link.closeCodes == [1000])
        }
        let code = row.by == "tcp" ? nil : row.code.flatMap { UInt16(exactly: $0) }
        link.handler.transportClosed(code: code, reason: "")
        #expect(delegate.take() == losses(of: nil, .disconnected) + [.disconnected(end(row, code), retryIn: nil)])
    }

    private func end(_ row: TranscriptRow, _ code: UInt16?) -> Disconnection {
        guard !isViolated else {
            return Disconnection(
                cause: .server, code: 1002, reason: "the server sent a frame that is not a V2 message")
        }
        let cause: Disconnection.Cause =
            switch row.by {
            case "client": .requested
            case "tcp": .network
            default: .server
            }
        return Disconnection(cause: cause, code: code)
    }

    /// Refs of what was not sent become such that this client never has.
    private func translated(_ recorded: Message) -> Message {
        var message = recorded
        message.joinRef = recorded.joinRef.map { ours[$0] ?? $0 }
        message.ref = recorded.ref.map { ref in
            commands[ref] == .refused ? WireRef("refused-\(ref.text)") : ours[ref] ?? ref
        }
        return message
    }
}

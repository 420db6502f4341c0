import PhoenixChannels
import TestSupport
import Testing

/// A `Connection` whose user and server are both a recording.
///
/// The recorders sent on purpose what this client never sends. It is asked for the same, and what it does instead is
/// checked: another join_ref, or none, becomes the join's own; what comes too early (a push ahead of the join's reply, a
/// join ahead of the leave's) is refused, and made when its time has come; what can't be is refused, and nothing is sent.
/// The server's frames are handed over as they were recorded, answers not before what they answer. Refs are compared
/// through a table, recorded to ours.
final class ReplayedClient {
    enum Command {
        case join, leave, push, heartbeat
        /// Nothing was sent.
        case refused
    }

    let delegate = RecordingDelegate()
    let connection: Connection
    let link: ScriptedLink
    private let transport = ScriptedTransport()
    /// What each recorded ref stands for.
    var commands: [WireRef: Command] = [:]
    /// Our number for each recorded one.
    var ours: [WireRef: WireRef] = [:]
    /// The recorded ref of each topic's join, while the join stands.
    var joins: [String: WireRef] = [:]
    /// Topics whose join was answered with ok.
    var joined: Set<String> = []
    var leaving: Set<String> = []
    /// Pushes that have no reply yet.
    var unanswered: [Ref: String] = [:]
    /// What came too early, in order.
    var early: [Message] = []
    /// Answers to what came too early.
    var held: [TranscriptRow] = []
    var presences: [String: Presence] = [:]
    /// Whether a frame has come that is no message of V2.
    var isViolated = false
    private var fragments: [UInt8] = []

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
        // A fragmented message is sent whole; a websocket ping isn't sent at all.
        guard let frame = assembled(row) else { return }
        let recorded: Message
        do throws(WireError) {
            recorded = try V2Serializer.decode(frame, by: .client)
        } catch {
            // No message of V2: this client has no way to send it, and is not crashed by it either.
            #expect(throws: WireError.self) { try V2Serializer.decode(frame, by: .client) }
            return
        }
        // This client's messages all have a ref.
        guard let ref = recorded.ref else { return }
        commands[ref] = .refused
        if try isEarly(recorded) {
            early.append(recorded)
        } else {
            try make(recorded)
        }
    }

    private func assembled(_ row: TranscriptRow) -> Frame? {
        guard let op = row.op else { return row.frame }
        guard op.hasPrefix("text") || op.hasPrefix("cont") else { return nil }
        fragments += row.binary ?? []
        guard op.hasSuffix("fin=True") else { return nil }
        defer { fragments = [] }
        return .text(fragments)
    }

    /// Whether this client refuses it for now only; checks that it does.
    private func isEarly(_ recorded: Message) throws -> Bool {
        let topic = recorded.topic
        switch recorded.event {
        case "phx_join" where leaving.contains(topic):
            #expect(throws: CommandError.leaving) { try connection.join(topic, params: .emptyObject) }
        case "phx_join", "phx_leave": return false
        case let event where joins[topic] != nil && !joined.contains(topic):
            #expect(throws: CommandError.notJoined) {
                try connection.push(topic, event: event, payload: recorded.payload)
            }
        default: return false
        }
        #expect(link.sent() == [])
        return true
    }

    /// Makes what came too early and isn't any more, and hands over the answers that were held for it.
    func catchUp() throws {
        while let index = try early.firstIndex(where: { try !isEarly($0) }) { try make(early.remove(at: index)) }
        let answers = held
        held = []
        for answer in answers { try receive(answer) }
    }

    private func make(_ recorded: Message) throws {
        let (topic, ref) = (recorded.topic, try #require(recorded.ref))
        switch recorded.event {
        case "phx_join" where joined.contains(topic): try crashToJoinAgain(topic)
        case "phx_leave" where joins[topic] != nil && recorded.joinRef.map { $0 != joins[topic] } == true:
            // It leaves the join that it has, or none.
            return
        default: break
        }
        do throws(CommandError) {
            commands[ref] = try perform(recorded)
        } catch {
            #expect(error == (topic == "phoenix" && recorded.event == "phx_join" ? .reserved : .notJoined))
            #expect(joins[topic] == nil && link.sent() == [])
            return
        }
        let sent = link.sent()
        #expect(sent.count == 1)
        let message = try V2Serializer.decode(try #require(sent.first), by: .client)
        ours[ref] = message.ref
        switch commands[ref] {
        case .join: joins[topic] = ref
        case .leave: leaving.insert(topic)
        case .push: unanswered[try #require(message.ref?.ref)] = topic
        case .heartbeat, .refused, nil: break
        }
        var expected = recorded
        expected.ref = message.ref
        expected.joinRef = joins[topic].flatMap { ours[$0] }
        // A join's params are JSON here.
        if case .binary = recorded.payload, recorded.event == "phx_join" { expected.payload = .emptyObject }
        let frame = try V2Serializer.encode(expected, by: .client)
        #expect(sent.first?.isSame(as: frame) == true, "sent \(message), recorded \(recorded)")
    }

    private func perform(_ message: Message) throws(CommandError) -> Command {
        switch (message.topic, message.event, message.payload) {
        case ("phoenix", "heartbeat", _):
            transport.advance(ConnectionConfiguration().heartbeatInterval)
            return .heartbeat
        case (let topic, "phx_join", .json(let params)):
            try connection.join(topic, params: params).perform()
            return .join
        case (let topic, "phx_join", .binary):
            try connection.join(topic, params: .emptyObject).perform()
            return .join
        case (let topic, "phx_leave", _):
            try connection.leave(topic)?.perform()
            return .leave
        case (let topic, let event, let payload):
            try connection.push(topic, event: event, payload: payload).wake.perform()
            return .push
        }
    }

    /// A second join of a joined topic is refused; this client makes one only where it takes the channel for crashed.
    private func crashToJoinAgain(_ topic: String) throws {
        #expect(throws: CommandError.alreadyJoined) { try connection.join(topic, params: .emptyObject) }
        #expect(link.sent() == [])
        let joinRef = try #require(joins[topic].flatMap { ours[$0] })
        link.receive(#"["\#(joinRef.text)","\#(joinRef.text)","\#(topic)","phx_error",{}]"#)
        #expect(
            delegate.take() == losses(of: topic, .channelCrashed) + [.topicError(topic: topic, payload: .emptyObject)])
        forget(topic)
    }

    /// The topic is joined no more.
    func forget(_ topic: String) {
        joins[topic] = nil
        joined.remove(topic)
        leaving.remove(topic)
    }

    /// The losses of a topic's pushes, or of all, which are unanswered no more.
    func losses(of topic: String?, _ loss: ReplyLoss) -> [ConnectionEvent] {
        let lost = unanswered.filter { topic == nil || $0.value == topic }.sorted { $0.key < $1.key }
        for (ref, _) in lost { unanswered[ref] = nil }
        return lost.map { .replyLost(topic: $0.value, ref: $0.key, loss) }
    }
}

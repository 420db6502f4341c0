import NIOCore
import NIOWebSocket
import PhoenixChannels

/// A `DemoSocket` on a channel: carries out what it wants, with one flush a read.
final class DemoWebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The server stops: sent through the pipeline.
    struct Stop: Sendable {}

    static let normalClosure: UInt16 = 1000
    /// As Bandit says of a client that was silent for too long (transcript `idle_timeout`).
    private static let protocolError: UInt16 = 1002
    private static let messageTooBig: UInt16 = 1009
    private static let internalError: UInt16 = 1011
    /// The code of a connection that ended without any (RFC 6455 section 7.1.5).
    static let abnormalClosure: UInt16 = 1006
    /// A burst's messages that go out at once: as from a Phoenix server, which writes each by itself, the first of them
    /// are read while the next are made.
    private static let messagesAtOnce = 64
    /// How long a client may take to answer a close frame.
    private static let closeTimeout = TimeAmount.seconds(2)

    let environment: DemoEnvironment
    let id: Int
    var socket: DemoSocket
    private let upgrade: DemoUpgrade
    private var context: ChannelHandlerContext?
    private var topics: Set<String> = []
    private var lastHeard = NIODeadline.distantPast
    /// The clock is read once for all frames of a read.
    private var isReading = false
    /// When the last of the delayed messages goes out.
    private var lastDelayed = NIODeadline.distantPast
    /// Delayed messages that have not gone out, be they due: an event loop that is late reads first.
    private var delayedCount = 0
    private var hasSentClose = false
    private var isEndRecorded = false
    /// Nothing is said any more, and silence is no reason to close.
    var isHalfOpen = false

    init(_ upgrade: DemoUpgrade, _ environment: DemoEnvironment) {
        self.upgrade = upgrade
        self.environment = environment
        id = environment.hub.newSocket()
        socket = DemoSocket(upgrade)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if environment.sequence?.recordConnect(socket: id) == false {
            perform(socket.close(Self.internalError), context)
        }
        lastHeard = context.eventLoop.now
        awaitSilence(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let bytes = frame.unmaskedData
        if !isReading {
            isReading = true
            lastHeard = context.eventLoop.now
        }
        guard bytes.readableBytes <= upgrade.mount.maxFrameBytes else {
            return perform(socket.close(Self.messageTooBig), context)
        }
        switch frame.opcode {
        case .text: receive(.text(Array(bytes.readableBytesView)), context)
        case .binary: receive(.binary(Array(bytes.readableBytesView)), context)
        case .ping: write(WebSocketFrame(fin: true, opcode: .pong, data: bytes), context)
        case .connectionClose:
            recordEnd(.incoming, bytes.getInteger(at: bytes.readerIndex) ?? Self.normalClosure)
            close(Self.normalClosure, context)
            context.close(promise: nil)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Comes at every connection's end, even of one that ended before this handler was there.
    func handlerRemoved(context: ChannelHandlerContext) {
        recordEnd(.incoming, Self.abnormalClosure)
        self.context = nil
        // What its channels still had to do, they do no more; the topics are left below.
        _ = socket.close(Self.abnormalClosure)
        for topic in topics {
            environment.hub.leave(topic, id)
            untrack(topic)
        }
        topics = []
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Stop else { return context.fireUserInboundEventTriggered(event) }
        _ = obey(.stop, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func receive(_ frame: Frame, _ context: ChannelHandlerContext) {
        guard !hasSentClose else { return }
        if let sequence = environment.sequence, let message = upgrade.serializer.decode(frame),
            !sequence.record(message, .incoming, socket: id)
        {
            return perform(socket.close(Self.internalError), context)
        }
        if let faults = environment.faults { socket.joinDelay = faults.joinDelay }
        perform(socket.received(frame), context)
    }

    func perform(_ actions: [DemoAction], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .send(let message, let isCounted):
                say(isCounted ? environment.counters.counted(message) : message, nil, context)
            case .burst(let burst): send(burst, context)
            case .sendFrame(let frame): write(Self.frame(frame), context)
            case .broadcast(let message, let toSelf, let isCounted):
                let message = isCounted ? environment.counters.counted(message) : message
                environment.hub.broadcast(message, except: toSelf ? nil : id)
            case .joined(let topic):
                topics.insert(topic)
                environment.hub.join(topic, id)
            case .left(let topic):
                topics.remove(topic)
                environment.hub.leave(topic, id)
                untrack(topic)
            case .track(let topic, let key, let joinRef): track(topic, key, joinRef, context)
            case .updatePresence(let topic, let status):
                guard let diff = environment.presence.update(topic, id, status: status) else { break }
                environment.hub.broadcast(.presenceDiff(topic, diff), except: nil)
            case .wait(let delay, let timer): wait(delay, timer, context)
            case .close(let code): close(code, context)
            }
        }
    }

    /// This socket for other threads; before its upgrade is done, and after its end, nothing is done to it.
    func peer(on eventLoop: any EventLoop) -> DemoHub.Peer {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return DemoHub.Peer(
            id: id, name: upgrade.name,
            // Another socket's broadcast comes on that one's event loop, and is written on this one's.
            deliver: { message, frame in
                eventLoop.execute {
                    guard let context = bound.value.context else { return }
                    bound.value.say(message, frame, context)
                    context.flush()
                }
            },
            command: { command in
                eventLoop.submit {
                    guard let context = bound.value.context else { return 0 }
                    return bound.value.obey(command, context)
                }
            })
    }

    private func wait(_ delay: Duration, _ timer: DemoTimer, _ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
            guard self.context != nil else { return }
            self.perform(self.socket.elapsed(timer), context)
            context.flush()
        }
    }

    /// Closes a socket whose client has said nothing for too long; what the server says doesn't count.
    private func awaitSilence(_ context: ChannelHandlerContext) {
        let deadline = lastHeard + TimeAmount(upgrade.mount.idleTimeout)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            guard context.channel.isActive, !self.hasSentClose, !self.isHalfOpen else { return }
            let timeout = TimeAmount(self.upgrade.mount.idleTimeout)
            guard self.lastHeard + timeout <= context.eventLoop.now else { return self.awaitSilence(context) }
            self.perform(self.socket.close(Self.protocolError), context)
        }
    }

    // MARK: Presence

    /// One's own diff first, then the state, as transcript `presence` mostly has it.
    private func track(_ topic: String, _ key: String, _ joinRef: WireRef?, _ context: ChannelHandlerContext) {
        let (diffs, state) = environment.presence.track(topic, id, key: key)
        for diff in diffs {
            environment.hub.broadcast(.presenceDiff(topic, diff), except: id)
            say(.presenceDiff(topic, diff), nil, context)
        }
        say(Message(joinRef: joinRef, ref: nil, topic: topic, event: "presence_state", payload: state), nil, context)
    }

    private func untrack(_ topic: String) {
        guard topic.hasPrefix("presence:"), let diff = environment.presence.untrack(topic, id) else { return }
        environment.hub.broadcast(.presenceDiff(topic, diff), except: id)
    }

    // MARK: Writing

    private func send(_ burst: DemoBurst, _ context: ChannelHandlerContext) {
        for number in 0..<burst.count {
            if number > 0, number.isMultiple(of: Self.messagesAtOnce) { context.flush() }
            let message = burst.message(number)
            say(burst.isCounted ? environment.counters.counted(message) : message, nil, context)
        }
    }

    /// Writes a message, later if the control surface was asked for that; `frame` is it as serializer V2 has it.
    private func say(_ message: Message, _ frame: Frame?, _ context: ChannelHandlerContext) {
        guard let faults = environment.faults else { return write(message, frame, context) }
        let now = context.eventLoop.now
        let due = max(now + TimeAmount(faults.delay), lastDelayed)
        guard due > now || delayedCount > 0 else { return write(message, frame, context) }
        lastDelayed = due
        delayedCount += 1
        context.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.delayedCount -= 1
            self.write(message, frame, context)
            context.flush()
        }
    }

    private func write(_ message: Message, _ frame: Frame?, _ context: ChannelHandlerContext) {
        guard canWrite(context) else { return }
        if let sequence = environment.sequence, !sequence.record(message, .outgoing, socket: id) {
            return perform(socket.close(Self.internalError), context)
        }
        let encoded = upgrade.serializer == .v2 ? frame : nil
        context.write(wrapOutboundOut(Self.frame(encoded ?? upgrade.serializer.encode(message))), promise: nil)
    }

    private static func frame(_ frame: Frame) -> WebSocketFrame {
        switch frame {
        case .text(let bytes): WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: bytes))
        case .binary(let bytes): WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: bytes))
        }
    }

    /// Writes what is no message of a channel.
    func write(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        guard canWrite(context) else { return }
        context.write(wrapOutboundOut(frame), promise: nil)
    }

    private func canWrite(_ context: ChannelHandlerContext) -> Bool {
        !hasSentClose && !isHalfOpen && context.channel.isActive
    }

    func close(_ code: UInt16, _ context: ChannelHandlerContext) {
        guard !hasSentClose else { return }
        recordEnd(.outgoing, code)
        var data = ByteBuffer()
        data.writeInteger(code)
        write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data), context)
        hasSentClose = true
        context.flush()
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeTimeout) { context.close(promise: nil) }
    }

    /// Once a socket: who ended it first, and how.
    func recordEnd(_ direction: SequenceFile.Direction, _ code: UInt16) {
        guard !isEndRecorded, let sequence = environment.sequence else { return }
        isEndRecorded = true
        // Where even this can't be written, nothing goes out afterwards that would have to be told.
        _ = sequence.recordClose(code, direction, socket: id)
    }
}

extension Message {
    fileprivate static func presenceDiff(_ topic: String, _ diff: Payload) -> Message {
        Message(joinRef: nil, ref: nil, topic: topic, event: "presence_diff", payload: diff)
    }
}

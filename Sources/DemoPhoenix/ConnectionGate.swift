import NIOCore

/// Lets nothing through for a while, or ever again; next to the socket, so that TLS is held up as well.
///
/// States: open; stalled, when reads and flushes wait for its end; half-open (terminal), when they are dropped.
final class ConnectionGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open, stalled, halfOpen
    }

    private var state: State
    private var context: ChannelHandlerContext?
    private var stalledUntil: NIODeadline?
    private var held: [NIOAny] = []
    private var isReadWaiting = false
    private var isFlushWaiting = false

    /// Begins stalled if that deadline is still to come.
    init(stalledUntil: NIODeadline?) {
        self.stalledUntil = stalledUntil
        state = .open
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if let stalledUntil { stall(until: stalledUntil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        held = []
    }

    /// Holds everything up until then.
    func stall(until deadline: NIODeadline) {
        guard let context, state != .halfOpen, deadline > context.eventLoop.now else { return }
        state = .stalled
        stalledUntil = max(stalledUntil ?? deadline, deadline)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.endStall() }
    }

    /// Drops everything from now on; the connection stays open.
    func halfOpen() {
        state = .halfOpen
        held = []
    }

    /// Ends the connection with a FIN: no close frame, and none of TLS's.
    func kill() {
        context?.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        switch state {
        case .open: context.read()
        case .stalled, .halfOpen: isReadWaiting = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .open: context.fireChannelRead(data)
        case .stalled: held.append(data)
        case .halfOpen: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .open, .stalled: context.write(data, promise: promise)
        case .halfOpen: promise?.succeed()
        }
    }

    func flush(context: ChannelHandlerContext) {
        switch state {
        case .open: context.flush()
        case .stalled: isFlushWaiting = true
        case .halfOpen: break
        }
    }

    private func endStall() {
        guard let context, state == .stalled, let stalledUntil, stalledUntil <= context.eventLoop.now else { return }
        state = .open
        let data = held
        held = []
        for data in data { context.fireChannelRead(data) }
        if !data.isEmpty { context.fireChannelReadComplete() }
        if isFlushWaiting { context.flush() }
        if isReadWaiting { context.read() }
        isFlushWaiting = false
        isReadWaiting = false
    }
}

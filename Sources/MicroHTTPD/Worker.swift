import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// One of libmicrohttpd's daemons, with a share of the connections, and the thread that runs it.
///
/// The loop is ours. libmicrohttpd's own takes 128 events at once, and goes on to wait where it got as many, before it looks
/// at them: so many requests that come together would wait for what comes next (0.9.75, `MHD_epoll` in daemon.c). Here
/// the sleep is apart, and `MHD_run` never waits.
@safe final class Worker: Sendable {
    /// What it is to do; one follows the other.
    private enum Order: UInt8, AtomicRepresentable {
        /// Take connections, and serve them.
        case listen
        /// Serve those that there are.
        case serve
        case end
    }

    /// The C daemon and its options: they are for the thread alone, which frees them at its end.
    private nonisolated(unsafe) let handle: OpaquePointer
    private nonisolated(unsafe) let options: UnsafeMutablePointer<slipgate_daemon_options>
    private let context: WorkerContext
    private let order = Atomic<Order>(.listen)
    /// Held as long as libmicrohttpd has it.
    private let socket: Mutex<ListeningSocket?>
    private let thread = DispatchQueue(label: "slipgate.worker")

    /// Starts it; `stop` must come before the last reference goes.
    init(
        _ configuration: ServerConfiguration, connectionLimit: Int, _ core: ServerCore, _ socket: ListeningSocket
    ) throws(ServerError) {
        context = try WorkerContext(core)
        let callbacks = unsafe Callbacks.table(for: context)
        unsafe options = .allocate(capacity: 1)
        unsafe options.initialize(
            to: slipgate_daemon_options(
                flags: MHD_USE_EPOLL.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_USE_ERROR_LOG.rawValue,
                listening_socket: socket.descriptor, connection_limit: UInt32(clamping: connectionLimit),
                connection_timeout: configuration.idleSeconds,
                connection_memory: Self.connectionMemory(configuration), context: callbacks.context,
                accepts: callbacks.accepts, handler: callbacks.handler, completed: callbacks.completed,
                connection_changed: callbacks.connectionChanged, target: callbacks.target, log: callbacks.log))
        errno = 0
        guard let started = unsafe slipgate_start_daemon(options) else {
            let error = ServerError.last("can't start a worker")
            unsafe options.deallocate()
            throw error
        }
        unsafe handle = unsafe started
        self.socket = Mutex(socket)
        thread.async { self.run() }
    }

    /// Bytes for a connection's head and answer: room to see a head that is too large, and refuse it with words.
    private static func connectionMemory(_ configuration: ServerConfiguration) -> Int {
        max(smallestMemory, 2 * configuration.maxHeadBytes)
    }

    private static let smallestMemory = 4 * 1024

    /// Has it take no more connections; those there are go on.
    func stopListening() { give(.serve) }

    /// Has it end its connections and its thread; nothing may be suspended, or the process is aborted.
    func stop() { give(.end) }

    /// Returns once it has ended.
    func join() { thread.sync {} }

    private func give(_ order: Order) {
        self.order.store(order, ordering: .releasing)
        context.wakeUp.wake()
    }

    private func isTo(_ order: Order) -> Bool { self.order.load(ordering: .acquiring) == order }

    private func run() {
        var pace = Pace()
        while isTo(.listen) { pass(&pace) }
        unsafe MHD_quiesce_daemon(handle)
        socket.withLock { $0 = nil }
        while isTo(.serve) { pass(&pace) }
        unsafe MHD_stop_daemon(handle)
        unsafe options.deallocate()
    }

    /// Sleeps until there is something to do, and does it.
    private func pass(_ pace: inout Pace) {
        let hasWorked = context.takeWorked()
        let timeout = context.takeClosed() ? 0 : pace.sleep(self.timeout, hasWorked: hasWorked)
        if timeout != 0 { context.wakeUp.sleep(watching: unsafe slipgate_epoll_fd(handle), timeout: timeout) }
        unsafe MHD_run(handle)
    }

    /// Milliseconds for which the daemon may be left alone; below zero for ever.
    private var timeout: Int32 {
        var milliseconds: CUnsignedLongLong = 0
        let isThere = unsafe MHD_get_timeout(handle, &milliseconds) == .YES
        return isThere ? Int32(clamping: milliseconds) : -1
    }
}

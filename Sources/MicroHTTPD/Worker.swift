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
    /// The C daemon and its options: they are for the thread alone, which frees them at its end.
    private nonisolated(unsafe) let handle: OpaquePointer
    private nonisolated(unsafe) let options: UnsafeMutablePointer<slipgate_daemon_options>
    /// What `handle` waits for.
    private let epoll: Int32
    private let context: WorkerContext
    private let isEnding = Atomic<Bool>(false)
    /// Clients that libmicrohttpd doesn't have yet.
    private let newcomers = Mutex<[ClientConnection]>([])
    private let thread = DispatchQueue(label: "slipgate.worker")

    /// Starts it; `stop` must come before the last reference goes.
    init(_ configuration: ServerConfiguration, _ core: ServerCore) throws(ServerError) {
        context = try WorkerContext(core)
        let callbacks = unsafe Callbacks.table(for: context)
        unsafe options = .allocate(capacity: 1)
        unsafe options.initialize(
            to: slipgate_daemon_options(
                flags: Self.flags, connection_limit: UInt32(clamping: core.capacity.connections),
                connection_timeout: configuration.idleSeconds,
                connection_memory: Self.connectionMemory(configuration), context: callbacks.context,
                handler: callbacks.handler, completed: callbacks.completed,
                connection_changed: callbacks.connectionChanged, target: callbacks.target, log: callbacks.log))
        errno = 0
        guard let started = unsafe slipgate_start_daemon(options) else {
            let error = ServerError.last("can't start a worker")
            unsafe options.deallocate()
            throw error
        }
        unsafe handle = unsafe started
        epoll = unsafe slipgate_epoll_fd(started)
        thread.async { self.run() }
    }

    private static let flags =
        MHD_USE_EPOLL.rawValue | MHD_USE_NO_LISTEN_SOCKET.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        | MHD_USE_ERROR_LOG.rawValue

    /// Bytes for a connection's head and answer: room to see a head that is too large, and refuse it with words.
    private static func connectionMemory(_ configuration: ServerConfiguration) -> Int {
        max(smallestMemory, 2 * configuration.maxHeadBytes)
    }

    private static let smallestMemory = 4 * 1024

    /// Connections that it has, and is about to have.
    var connections: Int { context.connections.load(ordering: .relaxed) }

    /// Serves a client from now on.
    func take(_ client: ClientConnection) {
        context.connections.add(1, ordering: .relaxed)
        newcomers.withLock { $0.append(client) }
        context.wakeUp.wake()
    }

    /// Has it end its connections and its thread; nothing may be suspended, or the process is aborted.
    func stop() {
        isEnding.store(true, ordering: .sequentiallyConsistent)
        context.wakeUp.wake()
    }

    /// Returns once it has ended.
    func join() { thread.sync {} }

    private func run() {
        var pace = Pace()
        while !isEnding.load(ordering: .sequentiallyConsistent) {
            let hasWorked = context.takeWorked()
            let timeout = pace.sleep(timeout, hasWorked: hasWorked)
            if timeout != 0 { context.wakeUp.sleep(watching: epoll, timeout: timeout) }
            addNewcomers()
            unsafe MHD_run(handle)
        }
        addNewcomers()
        unsafe MHD_stop_daemon(handle)
        unsafe options.deallocate()
    }

    private func addNewcomers() {
        for client in newcomers.withLock({ exchange(&$0, with: []) }) {
            context.newcomer.withLock { $0 = client }
            // It keeps the address, and asks nothing of it.
            var address = sockaddr()
            unsafe MHD_add_connection(handle, client.descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
            // Without memory for it the descriptor is closed, and nobody told.
            guard let left = context.newcomer.withLock({ $0.take() }) else { continue }
            context.closed(left)
        }
    }

    /// Milliseconds for which the daemon may be left alone; below zero for ever.
    private var timeout: Int32 {
        var milliseconds: CUnsignedLongLong = 0
        let isThere = unsafe MHD_get_timeout(handle, &milliseconds) == .YES
        return isThere ? Int32(clamping: milliseconds) : -1
    }
}

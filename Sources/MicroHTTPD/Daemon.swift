import CMicroHTTPD
import Glibc

/// libmicrohttpd's daemon: started by `init`, stopped by `stop`, which must come before the last reference goes.
///
/// Thread-safe as libmicrohttpd's functions on a daemon are.
@safe final class Daemon: Sendable {
    /// The C daemon and its options; both are set once, and freed by nobody but `stop`.
    private nonisolated(unsafe) let handle: OpaquePointer
    private nonisolated(unsafe) let options: UnsafeMutablePointer<slipgate_daemon_options>

    init(
        _ configuration: ServerConfiguration, _ capacity: Capacity, callbacks: Callbacks.Table
    ) throws(ServerError) {
        guard let address = ListenAddress(configuration.host, port: configuration.port) else {
            throw ServerError(code: .badAddress, description: "'\(configuration.host)' is not a literal address")
        }
        let flags =
            MHD_USE_EPOLL.rawValue | MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | MHD_USE_ERROR_LOG.rawValue | (address.isIPv6 ? MHD_USE_IPv6.rawValue : 0)
        unsafe options = .allocate(capacity: 1)
        unsafe options.initialize(
            to: slipgate_daemon_options(
                address: nil, flags: flags, workers: configuration.workers,
                connection_limit: UInt32(clamping: capacity.connections), connection_timeout: configuration.idleSeconds,
                connections_per_address: configuration.maxConnectionsPerAddress, backlog: configuration.backlog,
                connection_memory: Self.connectionMemory(configuration), context: callbacks.context,
                handler: callbacks.handler, completed: callbacks.completed,
                connection_changed: callbacks.connectionChanged, target: callbacks.target, log: callbacks.log))
        let options = unsafe options
        let started = unsafe address.withPointer { pointer in
            unsafe options.pointee.address = unsafe pointer
            errno = 0
            return unsafe slipgate_start_daemon(options)
        }
        guard let started = unsafe started else {
            let reason = unsafe errno == 0 ? "the reason is not known" : String(cString: strerror(errno))
            unsafe options.deallocate()
            throw ServerError(
                code: .cannotListen,
                description: "can't listen on \(configuration.host) port \(configuration.port): \(reason)")
        }
        unsafe handle = unsafe started
    }

    /// Bytes for a connection's head and answer: room to see a head that is too large, and refuse it with words.
    private static func connectionMemory(_ configuration: ServerConfiguration) -> Int {
        max(smallestMemory, 2 * configuration.maxHeadBytes)
    }

    private static let smallestMemory = 4 * 1024

    var port: UInt16 { unsafe slipgate_bound_port(handle) }

    /// Takes no more connections; those there are go on.
    ///
    /// `MHD_quiesce_daemon` aborts the process when a worker is faster to look away from the listening socket than it is
    /// to tell it so. Instead, another descriptor takes the socket's number: the kernel then closes the socket, and the
    /// workers, which watch the number, never hear of it again. Without a descriptor to spare it goes on listening.
    func quiesce() {
        Descriptor.replace(unsafe slipgate_listening_fd(handle))
    }

    /// Ends the threads and connections; nothing may be suspended, or the process is aborted.
    ///
    /// Once only.
    func stop() {
        unsafe MHD_stop_daemon(handle)
        unsafe options.deallocate()
    }
}

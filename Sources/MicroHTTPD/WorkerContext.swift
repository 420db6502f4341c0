import Synchronization

/// What libmicrohttpd's callbacks on one worker are given.
final class WorkerContext: Sendable {
    let core: ServerCore
    /// Has the worker see that a connection is resumed.
    let wakeUp: WakeUp
    /// Those that the worker has, and is about to have.
    let connections = Atomic<Int>(0)
    /// Whom libmicrohttpd is just being given: its first callback takes it.
    let newcomer = Mutex<ClientConnection?>(nil)

    /// For the worker's thread.
    private let hasWorked = Atomic<Bool>(false)

    init(_ core: ServerCore) throws(ServerError) {
        self.core = core
        wakeUp = try WakeUp()
    }

    /// A client's connection is about to be closed, or was, where libmicrohttpd had no memory for it.
    func closed(_ client: ClientConnection) {
        connections.subtract(1, ordering: .relaxed)
        core.connections.closed(client)
    }

    /// Something was done for a request or a stream.
    func worked() { hasWorked.store(true, ordering: .relaxed) }

    /// Whether anything was since it was asked last.
    func takeWorked() -> Bool { hasWorked.exchange(false, ordering: .relaxed) }
}

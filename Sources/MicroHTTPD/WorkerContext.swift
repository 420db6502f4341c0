import Synchronization

/// What libmicrohttpd's callbacks on one worker are given.
final class WorkerContext: Sendable {
    let core: ServerCore
    /// Has the worker see that a connection is resumed.
    let wakeUp: WakeUp
    /// For the worker's thread.
    private let hasClosed = Atomic<Bool>(false)

    /// For the worker's thread.
    private let hasWorked = Atomic<Bool>(false)

    init(_ core: ServerCore) throws(ServerError) {
        self.core = core
        wakeUp = try WakeUp()
    }

    /// A connection was closed.
    func closed() { hasClosed.store(true, ordering: .relaxed) }

    /// Something was done for a request or a stream.
    func worked() { hasWorked.store(true, ordering: .relaxed) }

    /// Whether anything was since it was asked last.
    func takeWorked() -> Bool { hasWorked.exchange(false, ordering: .relaxed) }

    /// Whether one was since it was asked last.
    ///
    /// libmicrohttpd may take connections again then, and looks for them only when it is run the next time.
    func takeClosed() -> Bool { hasClosed.exchange(false, ordering: .relaxed) }
}

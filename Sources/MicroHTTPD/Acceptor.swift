import Dispatch
import Glibc
import HTTPCore
import Synchronization

/// Takes clients on a thread of its own, and gives each to the worker that has the fewest.
///
/// Of the workers as many are used as there are processors, and another once those have many: more would only take turns,
/// and resuming costs a walk over all that wait on one worker. Who comes behind thousands that wait is not among them.
///
/// libmicrohttpd would take them itself, on each worker: all of them would wake for one client, and one that found no
/// descriptor for it would take nobody until one of its connections ends (0.9.75, `at_limit` in daemon.c).
final class Acceptor: Sendable {
    /// Milliseconds until it is tried again when the system had no room for a client.
    private static let pause: Int32 = 10
    /// Connections that a worker has before another is used.
    static let manyConnections = 2_000

    let port: UInt16
    private let core: ServerCore
    private let workers: [Worker]
    private let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    private let isListening = Atomic<Bool>(true)
    private let thread = DispatchQueue(label: "slipgate.acceptor")

    /// Starts it and the workers; `stop` must come before the last reference goes.
    init(_ configuration: ServerConfiguration, _ core: ServerCore) throws(ServerError) {
        let socket = try ListeningSocket(configuration)
        var workers: [Worker] = []
        do throws(ServerError) {
            for _ in 0..<max(1, configuration.workers) { workers.append(try Worker(configuration, core)) }
        } catch {
            Self.stop(workers)
            throw error
        }
        self.core = core
        self.workers = workers
        port = socket.port
        thread.async { self.run(socket) }
    }

    /// Takes nobody more; who is there goes on.
    func stopListening() {
        isListening.store(false, ordering: .sequentiallyConsistent)
        core.connections.hasRoom.wake()
    }

    /// Ends the threads and connections; nothing may be suspended, or the process is aborted.
    ///
    /// Once only.
    func stop() {
        stopListening()
        thread.sync {}
        Self.stop(workers)
    }

    private static func stop(_ workers: [Worker]) {
        for worker in workers { worker.stop() }
        for worker in workers { worker.join() }
    }

    /// Holds the socket, which is closed with its last reference.
    private func run(_ socket: ListeningSocket) {
        let hasRoom = core.connections.hasRoom
        while isListening.load(ordering: .sequentiallyConsistent) {
            guard core.connections.count < core.capacity.connections else {
                hasRoom.sleep(watching: nil)
                continue
            }
            switch socket.accept() {
            case .client(let descriptor, let address): take(descriptor, from: address)
            case .nobody:
                core.noClientsWait()
                hasRoom.sleep(watching: socket.descriptor)
            case .failed(let reason):
                core.clientsWait(reason)
                hasRoom.sleep(watching: nil, timeout: Self.pause)
            }
        }
    }

    private func take(_ descriptor: Int32, from address: IPAddress?) {
        guard let client = core.connections.open(descriptor, from: address) else {
            Descriptor.close(descriptor)
            return core.turnedAway()
        }
        let used = Self.workersUsed(for: core.connections.count, processors: processors)
        workers.prefix(used).min { $0.connections < $1.connections }?.take(client)
    }

    /// How many workers are to share so many connections, be there as many or not.
    static func workersUsed(for connections: Int, processors: Int) -> Int {
        max(1, processors, (connections - 1) / manyConnections + 1)
    }
}

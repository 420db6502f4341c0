/// The workers, which listen on one socket and share the connections.
final class Daemon: Sendable {
    let port: UInt16
    private let workers: [Worker]

    /// Starts it; `stop` must come before the last reference goes.
    init(_ configuration: ServerConfiguration, _ core: ServerCore) throws(ServerError) {
        let socket = try ListeningSocket(configuration)
        var workers: [Worker] = []
        do throws(ServerError) {
            for limit in Self.shares(of: core.capacity.connections, among: Int(configuration.workers)) {
                workers.append(try Worker(configuration, connectionLimit: limit, core, socket))
            }
        } catch {
            Self.stop(workers)
            throw error
        }
        port = socket.port
        self.workers = workers
    }

    /// How many connections each worker may have: as many as the others, or one more, and at least one.
    static func shares(of connections: Int, among workers: Int) -> [Int] {
        let count = max(1, min(workers, connections))
        return (0..<count).map { connections / count + ($0 < connections % count ? 1 : 0) }
    }

    /// Takes no more connections; those there are go on.
    ///
    /// The socket is closed by the worker that looks away last. Each does so on its own thread, between two turns of its
    /// loop: from another, libmicrohttpd aborts the process when a worker was faster.
    func quiesce() {
        for worker in workers { worker.stopListening() }
    }

    /// Ends the threads and connections; nothing may be suspended, or the process is aborted.
    ///
    /// Once only.
    func stop() { Self.stop(workers) }

    private static func stop(_ workers: [Worker]) {
        for worker in workers { worker.stop() }
        for worker in workers { worker.join() }
    }
}

import Dispatch
import Synchronization
import TestSupport

/// Stands between clients and a gateway: of three answers to reads one passes, one is lost, and one is cut.
final class LossyRelay: Sendable {
    private let listener: RawListener
    private let gateway: Int
    private let reads = Mutex(0)
    private let isOver = Mutex(false)

    var port: Int { listener.port }
    /// How many answers didn't arrive whole.
    var losses: Int { reads.withLock { $0 - ($0 + 2) / 3 } }

    /// Takes one connection after another, each for one request, until it is stopped.
    init(to gateway: Int) throws {
        self.gateway = gateway
        listener = try RawListener()
        DispatchQueue.global().async { [self] in
            while !isOver.withLock({ $0 }) {
                guard let client = try? listener.accept() else { continue }
                // A client that has gone has lost its answer, too.
                try? relay(client)
            }
        }
    }

    func stop() {
        isOver.withLock { $0 = true }
        _ = try? RawSocket(port: port)
    }

    private func relay(_ client: RawSocket) throws {
        let (target, request) = try message(from: client)
        let server = try RawSocket(port: gateway)
        try server.send(request)
        let answer = try message(from: server).bytes
        guard target.contains("/messages?") else { return try client.send(answer) }
        switch reads.withLock({ reads in
            defer { reads += 1 }
            return reads % 3
        }) {
        case 0: try client.send(answer)
        case 1: client.reset()
        default: try client.send(answer.dropLast())
        }
    }

    /// A head, its first line apart, and as much of a body as it announces.
    private func message(from socket: RawSocket) throws -> (line: String, bytes: [UInt8]) {
        let head = try socket.receiveHead()
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst("content-length: ".count)) }
        return (String(lines.first ?? ""), head + (try socket.receive(length ?? 0)))
    }
}

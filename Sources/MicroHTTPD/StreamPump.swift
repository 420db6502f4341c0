import HTTPCore
import Synchronization

/// Brings a response's body to its connection: what it begins with, then its stream.
///
/// libmicrohttpd asks for bytes on the worker's thread, and the connection sleeps when there are none; the writer's thread
/// wakes it, or cuts it off.
final class StreamPump: Sendable {
    private let stream: ResponseStream
    private let connection: ConnectionHandle
    private let beginning: Mutex<ArraySlice<UInt8>>

    init(
        _ stream: ResponseStream, beginning: [UInt8], _ connection: ConnectionHandle, _ exchange: Exchange
    ) {
        self.stream = stream
        self.connection = connection
        self.beginning = Mutex(beginning[...])
        let client = exchange.client
        // Its notes hold the stream.
        let finished = { @Sendable [weak exchange] in
            if let exchange { exchange.core.connections.answerIsWhole(exchange) }
        }
        stream.serve(
            wake: { connection.resume() }, cut: { client.cut() }, finished: finished, budget: exchange.core.answers)
    }

    /// Takes bytes for the client.
    ///
    /// When there are none the connection is suspended first, and the stream looked at again then, so that no waking can
    /// come before it sleeps.
    func read(_ limit: Int) -> ResponseStream.Taken {
        connection.worked()
        let first = beginning.withLock { beginning in
            defer { beginning = beginning.dropFirst(limit) }
            return Array(beginning.prefix(limit))
        }
        guard first.isEmpty else { return .bytes(first) }
        let taken = stream.take(limit)
        switch taken {
        case .bytes, .end(.finished): return taken
        case .end(.gone), .end(.tooSlow):
            // libmicrohttpd closes a connection whose body ends so, and looks at it no more before its idle time is over,
            // unless it was in its epoll: one that is resumed is looked at.
            connection.suspend()
            connection.resume()
            return taken
        case .nothing:
            connection.suspend()
            if !stream.sleep() { connection.resume() }
            return taken
        }
    }
}

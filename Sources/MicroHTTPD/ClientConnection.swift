import Glibc
import HTTPCore
import HTTPTypes
import Synchronization

/// A client's connection as long as it is open: what it is taking its time over, and until when it may.
///
/// libmicrohttpd ends connections on which nothing happens; one that trickles is ended from here.
final class ClientConnection: Sendable {
    typealias Instant = ContinuousClock.Instant

    private enum Phase {
        /// Between requests, or before the first line of one.
        case idle
        /// A request has begun, and is not whole.
        case receiving(requestID: String)
        /// A request is whole: how long it takes is not its client's doing, until the answer is there.
        case answering
        /// Ended from here, whatever it was at.
        case cut
        case closed
    }

    private struct State {
        var phase = Phase.idle
        var deadline: Instant?
        /// The request that has begun and isn't completed.
        var exchange: Exchange?

        /// Whether nothing more is to happen on it.
        var isOver: Bool {
            switch phase {
            case .cut, .closed: true
            case .idle, .receiving, .answering: false
            }
        }
    }

    let descriptor: Int32
    /// Its other end.
    let address: IPAddress?
    private let state: Mutex<State>

    init(descriptor: Int32, address: IPAddress?, deadline: Instant) {
        self.descriptor = descriptor
        self.address = address
        state = Mutex(State(deadline: deadline))
    }

    /// The request that has begun and isn't completed.
    var exchange: Exchange? { state.withLock { $0.exchange } }

    /// A request's first line is there; its head must be before the deadline, or the one that was set before.
    func requestBegan(_ exchange: Exchange, headBefore deadline: Instant) {
        state.withLock { state in
            state.exchange = exchange
            guard !state.isOver else { return }
            state.phase = .receiving(requestID: exchange.requestID)
            state.deadline = min(state.deadline ?? deadline, deadline)
        }
    }

    /// A request's head is there, with the name that it is to have; its body must be before the deadline.
    func headEnded(_ requestID: String, bodyBefore deadline: Instant) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.phase = .receiving(requestID: requestID)
            state.deadline = deadline
        }
    }

    /// The request is whole, or is answered all the same.
    ///
    /// - Returns: false when its client has been told otherwise: nothing may be done for it.
    func requestIsWhole() -> Bool {
        state.withLock { state in
            guard !state.isOver else { return false }
            (state.phase, state.deadline) = (.answering, nil)
            return true
        }
    }

    /// A request's answer is there whole; its client must have read it before the deadline.
    func answerIsWhole(_ exchange: Exchange, readBefore deadline: Instant) {
        state.withLock { state in
            // It may be read already, and the connection be at the next request.
            guard !state.isOver, state.exchange === exchange else { return }
            state.deadline = deadline
        }
    }

    /// The next request's head must be there before the deadline.
    func requestCompleted(nextHeadBefore deadline: Instant) {
        state.withLock { state in
            state.exchange = nil
            guard !state.isOver else { return }
            (state.phase, state.deadline) = (.idle, deadline)
        }
    }

    /// The descriptor is about to be closed, and used again for another connection.
    func closed() {
        state.withLock { $0 = State(phase: .closed, deadline: nil) }
    }

    /// Ends the connection, whatever it is at.
    ///
    /// libmicrohttpd notices, and closes the descriptor: not before the lock is free, so that it is no other's.
    func cut() {
        state.withLock { state in
            guard !state.isOver else { return }
            (state.phase, state.deadline) = (.cut, nil)
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    /// Ends the connection if its time is over; with a request half received it is told why.
    ///
    /// - Returns: the connection's deadline if it is still to come.
    func cut(ifLateAt now: Instant) -> Instant? {
        state.withLock { state in
            guard let deadline = state.deadline, deadline <= now else { return state.deadline }
            // An answer that is on its way, to a request that is refused before it is whole, has made it `answering`.
            if case .receiving(let requestID) = state.phase {
                let bytes = Self.tooLate.response(requestID: requestID).rawBytes(requestID: requestID)
                _ = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe send(
                        descriptor, buffer.baseAddress, buffer.count,
                        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                }
                state.exchange?.wasCutOff(Self.tooLate.status)
            }
            (state.phase, state.deadline) = (.cut, nil)
            shutdown(descriptor, Int32(SHUT_RDWR))
            return nil
        }
    }

    private static let tooLate = Problem(
        "request-timeout", .requestTimeout, title: "The request took too long to come",
        detail: "The request's head or body was not there in time: nothing was done. Send it faster, or in parts.",
        retryable: true)
}

extension Response {
    /// As bytes of HTTP/1.1 that end the connection.
    fileprivate func rawBytes(requestID: String) -> [UInt8] {
        var head = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nConnection: close\r\n"
        head += "X-Request-Id: \(requestID)\r\n"
        for field in headers { head += "\(field.name): \(field.value)\r\n" }
        return Array("\(head)Cache-Control: no-store\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}

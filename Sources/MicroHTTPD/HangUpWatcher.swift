import CMicroHTTPD
import Dispatch
import Glibc
import HTTPCore
import Synchronization

/// Notices clients that leave while their request waits or a stream is silent: libmicrohttpd does not look at a suspended
/// connection.
///
/// One epoll and one thread for all. Each watch has a number of its own, so that a descriptor used again is never taken
/// for the one before. A client that closes only its sending side counts as gone.
final class HangUpWatcher: Sendable {
    /// Who is told when the client goes.
    enum Watched: Sendable {
        case promise(ResponsePromise)
        /// Nothing waits for it, and it is soon there: only a server that stops has to end it.
        case admission(AdmissionPromise)
        case stream(ResponseStream)

        fileprivate func abandon() {
            switch self {
            case .promise(let promise): promise.abandon()
            case .admission: break
            case .stream(let stream): stream.abandon()
            }
        }
    }

    struct Watch: Sendable {
        let number: UInt64
        let descriptor: Int32
    }

    private struct State {
        var last: UInt64 = 0
        var watched: [UInt64: Watched] = [:]
    }

    /// The number that stands for the order to stop.
    private static let stopNumber: UInt64 = 0
    private static let eventsAtOnce = 64

    private let epoll: Int32
    private let stopEvent: Int32
    private let state = Mutex(State())
    private let thread = DispatchQueue(label: "slipgate.hang-ups")

    init() throws(ServerError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        stopEvent = eventfd(0, Int32(EFD_CLOEXEC))
        guard epoll >= 0, stopEvent >= 0 else {
            throw ServerError(code: .cannotListen, description: "no descriptors are left")
        }
        control(EPOLL_CTL_ADD, stopEvent, EPOLLIN.rawValue, Self.stopNumber)
        thread.async { self.run() }
    }

    /// Tells when the client behind the descriptor goes.
    func watch(_ descriptor: Int32, _ watched: Watched) -> Watch {
        let number = state.withLock { state in
            state.last += 1
            state.watched[state.last] = watched
            return state.last
        }
        control(EPOLL_CTL_ADD, descriptor, EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue, number)
        return Watch(number: number, descriptor: descriptor)
    }

    /// Looks away; the descriptor must still be open.
    func unwatch(_ watch: Watch) {
        state.withLock { _ = $0.watched.removeValue(forKey: watch.number) }
        control(EPOLL_CTL_DEL, watch.descriptor, 0, watch.number)
    }

    /// All whose clients are watched.
    var watched: [Watched] { state.withLock { Array($0.watched.values) } }

    /// How many of either are watched.
    var counts: (requests: Int, streams: Int) {
        state.withLock { state in
            var counts = (requests: 0, streams: 0)
            for watched in state.watched.values {
                switch watched {
                case .promise: counts.requests += 1
                case .stream: counts.streams += 1
                case .admission: break
                }
            }
            return counts
        }
    }

    /// Ends the thread.
    ///
    /// Once only, when nothing waits any more.
    func stop() {
        eventfd_write(stopEvent, 1)
        thread.sync {}
        Descriptor.close(stopEvent)
        Descriptor.close(epoll)
    }

    private func run() {
        while true {
            let events = wait()
            for number in events {
                guard number != Self.stopNumber else { return }
                let gone = state.withLock { $0.watched.removeValue(forKey: number) }
                gone?.abandon()
            }
        }
    }

    private func wait() -> [UInt64] {
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = unsafe epoll_wait(epoll, events.baseAddress, Int32(Self.eventsAtOnce), -1)
            return (0..<max(0, Int(count))).map { unsafe events[$0].data.u64 }
        }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ number: UInt64) {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = number
        unsafe epoll_ctl(epoll, operation, descriptor, &event)
    }
}

import CMicroHTTPD
import Dispatch
import Glibc
import HTTPCore
import Synchronization

/// Notices clients that leave while their request waits or a stream is silent: libmicrohttpd does not look at a suspended
/// connection.
///
/// One epoll and one thread for all. Each watch has a number of its own, so that a descriptor used again is never taken
/// for the one before. A client that closes only its sending side counts as gone. What is over soon, as most waits for a
/// reply are, is not in the epoll at all: the thread adds what is left of the watches from time to time.
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

    private struct Entry {
        let watched: Watched
        let descriptor: Int32
        var isInEpoll = false
    }

    private struct State {
        var last: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
        /// Those that may not be in the epoll yet, and may be over.
        var recent: [UInt64] = []
        /// Whether the thread knows that there are recent ones.
        var isAwake = false
    }

    /// The numbers that stand for the order to stop, and for recent watches.
    private static let stopNumber: UInt64 = 0
    private static let wakeNumber = UInt64.max
    private static let eventsAtOnce = 64
    /// How long after a watch has begun its client may go unnoticed: little beside the second within which it is to be.
    private static let patience = Duration.milliseconds(200)
    /// Added with the lock held once, so that nobody waits for it for long.
    private static let addedAtOnce = 32

    private let epoll: Int32
    private let stopEvent: Int32
    private let wakeEvent: Int32
    private let state = Mutex(State())
    private let thread = DispatchQueue(label: "slipgate.hang-ups")

    init() throws(ServerError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        stopEvent = eventfd(0, Int32(EFD_CLOEXEC))
        wakeEvent = eventfd(0, Int32(EFD_CLOEXEC))
        guard epoll >= 0, stopEvent >= 0, wakeEvent >= 0 else {
            throw ServerError.last("can't watch for clients that leave")
        }
        control(EPOLL_CTL_ADD, stopEvent, EPOLLIN.rawValue, Self.stopNumber)
        control(EPOLL_CTL_ADD, wakeEvent, EPOLLIN.rawValue, Self.wakeNumber)
        thread.async { self.run() }
    }

    /// Tells when the client behind the descriptor goes.
    func watch(_ descriptor: Int32, _ watched: Watched) -> Watch {
        let (number, wakes) = state.withLock { state in
            state.last += 1
            state.entries[state.last] = Entry(watched: watched, descriptor: descriptor)
            state.recent.append(state.last)
            defer { state.isAwake = true }
            return (state.last, !state.isAwake)
        }
        if wakes { eventfd_write(wakeEvent, 1) }
        return Watch(number: number, descriptor: descriptor)
    }

    /// Looks away; the descriptor must still be open.
    func unwatch(_ watch: Watch) {
        let entry = state.withLock { $0.entries.removeValue(forKey: watch.number) }
        if entry?.isInEpoll == true { control(EPOLL_CTL_DEL, watch.descriptor, 0, watch.number) }
    }

    /// All whose clients are watched.
    var watched: [Watched] { state.withLock { $0.entries.values.map(\.watched) } }

    /// How many of either are watched.
    var counts: (requests: Int, streams: Int) {
        state.withLock { state in
            var counts = (requests: 0, streams: 0)
            for entry in state.entries.values {
                switch entry.watched {
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
    }

    deinit {
        for descriptor in [stopEvent, wakeEvent, epoll] where descriptor >= 0 { Descriptor.close(descriptor) }
    }

    private func run() {
        /// When what is recent is added; nil while nothing is.
        var due: ContinuousClock.Instant?
        while true {
            for number in wait(until: due) {
                switch number {
                case Self.stopNumber: return
                case Self.wakeNumber:
                    var count: eventfd_t = 0
                    unsafe eventfd_read(wakeEvent, &count)
                    due = .now + Self.patience
                default:
                    // The watch goes on until it is taken back: it is once only that the epoll tells of it.
                    state.withLock { $0.entries[number]?.watched }?.abandon()
                }
            }
            if let time = due, time <= .now {
                due = nil
                addRecent()
            }
        }
    }

    /// Puts the watches that are not over into the epoll.
    ///
    /// With the lock held: none of them can be over, and its descriptor another's, before it is there.
    private func addRecent() {
        var recent = state.withLock { state in
            defer { (state.recent, state.isAwake) = ([], false) }
            return state.recent[...]
        }
        while !recent.isEmpty {
            state.withLock { state in
                for number in recent.prefix(Self.addedAtOnce) {
                    guard let descriptor = state.entries[number]?.descriptor else { continue }
                    state.entries[number]?.isInEpoll = true
                    control(EPOLL_CTL_ADD, descriptor, EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue, number)
                }
            }
            recent = recent.dropFirst(Self.addedAtOnce)
        }
    }

    private func wait(until due: ContinuousClock.Instant?) -> [UInt64] {
        // Rounded up: one that ends too soon would be followed by others that end at once.
        let timeout = due.map { Int32(max(0, ($0 - .now) / .milliseconds(1)).rounded(.up)) } ?? -1
        return unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = unsafe epoll_wait(epoll, events.baseAddress, Int32(Self.eventsAtOnce), timeout)
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

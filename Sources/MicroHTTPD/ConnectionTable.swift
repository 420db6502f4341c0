import Dispatch
import HTTPCore
import Synchronization

/// All open connections, and the sweep that ends those whose client is too slow.
///
/// The sweep runs when the earliest deadline is over, rounded up to the interval, and not at all while requests only wait.
final class ConnectionTable: Sendable {
    private typealias Instant = ContinuousClock.Instant

    private let headTime: Duration
    private let bodyTime: Duration
    private let answerTime: Duration
    private let idleTime: Duration
    /// Nanoseconds, as all that is counted from the start.
    private let interval: Int
    private let start = ContinuousClock.now
    private let limit: Int
    /// Woken when one more may be opened, after none could be.
    let hasRoom: WakeUp
    /// What each address has of the connections.
    private let addresses: AddressLimit
    private let connections = Mutex<[ObjectIdentifier: ClientConnection]>([:])
    private let openCount = Atomic<Int>(0)
    /// The end of the interval, counted from the start, in which the next sweep is arranged for.
    private let nextSweep = Atomic<Int>(noSweep)
    private let queue = DispatchQueue(label: "slipgate.slow-clients")

    /// Takes how many there are to be at once; who opens them keeps to it.
    init(_ configuration: ServerConfiguration, limit: Int) throws(ServerError) {
        self.limit = limit
        hasRoom = try WakeUp()
        headTime = configuration.headTime
        bodyTime = configuration.bodyTime
        answerTime = configuration.answerTime
        idleTime = .seconds(Int64(configuration.idleSeconds))
        interval = configuration.sweepInterval.nanoseconds
        addresses = AddressLimit(configuration.maxConnectionsPerAddress)
    }

    var count: Int { openCount.load(ordering: .sequentiallyConsistent) }

    /// A client's connection from now on; nil where its address has all that it may.
    func open(_ descriptor: Int32, from address: IPAddress?) -> ClientConnection? {
        guard addresses.take(address) else { return nil }
        let deadline = ContinuousClock.now + headTime
        let connection = ClientConnection(descriptor: descriptor, address: address, deadline: deadline)
        connections.withLock { $0[ObjectIdentifier(connection)] = connection }
        openCount.add(1, ordering: .sequentiallyConsistent)
        sweep(past: deadline)
        return connection
    }

    func closed(_ connection: ClientConnection) {
        connection.closed()
        addresses.giveBack(connection.address)
        connections.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
        if openCount.subtract(1, ordering: .sequentiallyConsistent).oldValue >= limit { hasRoom.wake() }
    }

    func requestBegan(_ exchange: Exchange, on connection: ClientConnection) {
        let deadline = ContinuousClock.now + headTime
        connection.requestBegan(exchange, headBefore: deadline)
        sweep(past: deadline)
    }

    func headEnded(_ requestID: String, on connection: ClientConnection) {
        let deadline = ContinuousClock.now + bodyTime
        connection.headEnded(requestID, bodyBefore: deadline)
        sweep(past: deadline)
    }

    func answerIsWhole(_ exchange: Exchange) {
        let deadline = ContinuousClock.now + answerTime
        exchange.client.answerIsWhole(exchange, readBefore: deadline)
        sweep(past: deadline)
    }

    func requestCompleted(on connection: ClientConnection) {
        let deadline = ContinuousClock.now + idleTime + headTime
        connection.requestCompleted(nextHeadBefore: deadline)
        sweep(past: deadline)
    }

    /// Sees to it that a sweep runs soon after the deadline, if none is arranged for before.
    private func sweep(past deadline: Instant) {
        let time = ((deadline - start).nanoseconds / interval + 1) * interval
        var next = nextSweep.load(ordering: .sequentiallyConsistent)
        while time < next {
            let (isArranged, found) = nextSweep.compareExchange(
                expected: next, desired: time, ordering: .sequentiallyConsistent)
            guard !isArranged else { return arrange(time) }
            next = found
        }
    }

    private func arrange(_ time: Int) {
        let wait = time - (ContinuousClock.now - start).nanoseconds
        queue.asyncAfter(deadline: .now() + .nanoseconds(max(0, wait))) { [weak self] in self?.sweep(time) }
    }

    private func sweep(_ time: Int) {
        // Not the next one any more when one was arranged for before it, which has then arranged for those behind it.
        guard
            nextSweep.compareExchange(
                expected: time, desired: Self.noSweep, ordering: .sequentiallyConsistent
            ).exchanged
        else { return }
        let now = ContinuousClock.now
        let deadlines = connections.withLock { Array($0.values) }.compactMap { $0.cut(ifLateAt: now) }
        if let earliest = deadlines.min() { sweep(past: earliest) }
    }

    private static let noSweep = Int.max
}

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
    private let interval: Duration
    private let start = ContinuousClock.now
    /// What each address has of the connections.
    let addresses: AddressLimit
    private let connections = Mutex<[ObjectIdentifier: ClientConnection]>([:])
    private let open = Atomic<Int>(0)
    private let short = Atomic<Int>(0)
    /// The interval, counted from the start, in which the next sweep is arranged for.
    private let nextSweep = Atomic<Int>(noSweep)
    private let queue = DispatchQueue(label: "slipgate.slow-clients")

    init(_ configuration: ServerConfiguration) {
        headTime = configuration.headTime
        bodyTime = configuration.bodyTime
        answerTime = configuration.answerTime
        idleTime = .seconds(Int64(configuration.idleSeconds))
        interval = configuration.sweepInterval
        addresses = AddressLimit(configuration.maxConnectionsPerAddress)
    }

    var count: Int { open.load(ordering: .relaxed) }

    /// How often a client could not be accepted for want of a descriptor.
    var shortages: Int { short.load(ordering: .relaxed) }

    /// A client could not be accepted.
    func ranShort() { short.add(1, ordering: .relaxed) }

    func opened(_ descriptor: Int32, from address: IPAddress?) -> ClientConnection {
        let deadline = ContinuousClock.now + headTime
        let connection = ClientConnection(
            descriptor: descriptor, address: address, deadline: deadline, shortages: shortages)
        connections.withLock { $0[ObjectIdentifier(connection)] = connection }
        open.add(1, ordering: .relaxed)
        sweep(past: deadline)
        return connection
    }

    func closed(_ connection: ClientConnection) {
        connection.closed()
        addresses.giveBack(connection.address)
        connections.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
        open.subtract(1, ordering: .relaxed)
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

    func answerBegan(on connection: ClientConnection) {
        let deadline = ContinuousClock.now + answerTime
        connection.answerBegan(readBefore: deadline)
        sweep(past: deadline)
    }

    func requestCompleted(on connection: ClientConnection) {
        let deadline = ContinuousClock.now + idleTime + headTime
        connection.requestCompleted(nextHeadBefore: deadline)
        sweep(past: deadline)
    }

    /// Sees to it that a sweep runs soon after the deadline, if none is arranged for before.
    private func sweep(past deadline: Instant) {
        let number = Int((deadline - start) / interval) + 1
        var next = nextSweep.load(ordering: .sequentiallyConsistent)
        while number < next {
            let (isArranged, found) = nextSweep.compareExchange(
                expected: next, desired: number, ordering: .sequentiallyConsistent)
            guard !isArranged else { return arrange(number) }
            next = found
        }
    }

    private func arrange(_ number: Int) {
        let wait = (start + interval * number) - .now
        queue.asyncAfter(deadline: .now() + max(0, wait / .seconds(1))) { [weak self] in self?.sweep(number) }
    }

    private func sweep(_ number: Int) {
        // Not the next one any more when one was arranged for before it, which has then arranged for those behind it.
        guard
            nextSweep.compareExchange(
                expected: number, desired: Self.noSweep, ordering: .sequentiallyConsistent
            ).exchanged
        else { return }
        let now = ContinuousClock.now
        let deadlines = connections.withLock { Array($0.values) }.compactMap { $0.cut(ifLateAt: now) }
        if let earliest = deadlines.min() { sweep(past: earliest) }
    }

    private static let noSweep = Int.max
}

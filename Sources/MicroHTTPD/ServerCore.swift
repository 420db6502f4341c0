import Glibc
import HTTPCore
import HTTPTypes
import Logging
import Synchronization

/// What all requests of a server share.
final class ServerCore: Sendable {
    let maxHeadBytes: Int
    let maxBodyBytes: Int
    let maxDiscardedBytes: Int
    let trustedProxies: TrustedProxies
    /// What gathered bodies hold.
    let bodies: ByteBudget
    /// What answers hold that are not read yet.
    let answers: ByteBudget
    let capacity: Capacity
    let connections: ConnectionTable
    let watcher: HangUpWatcher
    let responder: any Responder
    let observer: (any RequestObserver)?
    private let logger: Logger
    private let inFlight = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)
    private let stopping = Atomic<Bool>(false)
    /// Whether clients wait for whom the system has no room.
    private let isShort = Atomic<Bool>(false)

    init(
        _ configuration: ServerConfiguration, _ capacity: Capacity, _ responder: any Responder,
        _ observer: (any RequestObserver)?, _ logger: Logger
    ) throws(ServerError) {
        maxHeadBytes = configuration.maxHeadBytes
        maxBodyBytes = configuration.maxBodyBytes
        maxDiscardedBytes = configuration.maxDiscardedBytes
        trustedProxies = configuration.trustedProxies
        bodies = ByteBudget(limit: max(configuration.maxBodiesBytes, configuration.maxBodyBytes))
        answers = ByteBudget(limit: configuration.maxAnswersBytes)
        connections = try ConnectionTable(configuration, limit: capacity.connections)
        self.capacity = capacity
        self.responder = responder
        self.observer = observer
        self.logger = logger
        watcher = try HangUpWatcher()
    }

    /// Requests whose request line is there and whose answer isn't wholly sent.
    var requestsInFlight: Int { inFlight.load(ordering: .acquiring) }

    /// A client was not taken, as its address has all that it may have.
    func turnedAway() {
        logger.debug("A client's address has all the connections that it may: this one is closed.")
    }

    /// The system has no room for clients, who wait: told once, until none does.
    func clientsWait(_ reason: String) {
        guard !isShort.exchange(true, ordering: .relaxed) else { return }
        logger.warning("No client can be taken now: they wait.", metadata: [LogKey.reason: "\(reason)"])
    }

    /// All clients that there were are taken.
    func noClientsWait() { isShort.store(false, ordering: .relaxed) }

    func began(_ target: [UInt8], on client: ClientConnection) -> Exchange {
        let others = inFlight.add(1, ordering: .acquiringAndReleasing).oldValue
        let exchange = Exchange(
            self, client, target: target, id: RequestID.fresh(), occupancy: capacity.occupancy(besides: others))
        connections.requestBegan(exchange, on: client)
        return exchange
    }

    func completed(on client: ClientConnection) {
        connections.requestCompleted(on: client)
        inFlight.subtract(1, ordering: .acquiringAndReleasing)
    }

    /// Why a request may not wait that is about to: there is no room, or the server stops.
    func refusalToWait(_ occupancy: Occupancy) -> Problem? {
        if isStopping || occupancy == .stopping { return Self.draining }
        return occupancy == .full ? Self.full : nil
    }

    /// Whether connections end with their answer: the server is to stop, or would else have no room for others.
    var endsConnections: Bool {
        isDraining || isShort.load(ordering: .relaxed) || connections.count > capacity.waiting
    }

    var isDraining: Bool { draining.load(ordering: .relaxed) }
    var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

    /// From now on each answer ends its connection.
    func drain() { draining.store(true, ordering: .relaxed) }

    /// Answers whoever waits, and ends streams; from now on no request waits any more.
    func stopWaiting() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        for watched in watcher.watched {
            switch watched {
            case .promise(let promise): promise.refuse(Self.draining)
            case .admission(let promise): promise.refuse(Self.draining)
            case .stream(let stream): stream.finish()
            }
        }
    }

    /// Takes what libmicrohttpd has to say, on a worker's thread or on who starts it.
    func log(_ message: String) {
        logger.debug("libmicrohttpd", metadata: [LogKey.words: "\(message.filter { !$0.isNewline })"])
    }

    static var draining: Problem {
        Problem(
            "draining", .serviceUnavailable, title: "The gateway is shutting down",
            detail: "The gateway is shutting down: ask again once it is back.", retryable: true
        )
        .with(header: .retryAfter, "5")
    }

    private static var full: Problem {
        capacity("Too many requests wait", "As many requests wait as the gateway can hold: ask again later.")
    }

    static var bodiesFull: Problem {
        capacity(
            "Too many bodies at once",
            "Requests' bodies hold as much memory as they may. Nothing was done: send it again later."
        )
        .with(sent: false)
    }

    static var answersFull: Problem {
        capacity(
            "Too many answers are not read",
            "Answers that their clients have not read yet hold as much memory as they may: ask again later, or for less."
        )
    }

    private static func capacity(_ title: String, _ detail: String) -> Problem {
        Problem("capacity", .serviceUnavailable, title: title, detail: detail, retryable: true)
            .with(header: .retryAfter, "1")
    }
}

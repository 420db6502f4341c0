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
        connections = ConnectionTable(configuration)
        self.capacity = capacity
        self.responder = responder
        self.observer = observer
        self.logger = logger
        watcher = try HangUpWatcher()
    }

    /// Requests whose request line is there and whose answer isn't wholly sent.
    var requestsInFlight: Int { inFlight.load(ordering: .acquiring) }

    /// Whether a client of that address is taken; `ConnectionTable.closed` gives its place back.
    func admits(_ address: IPAddress?) -> Bool {
        if connections.addresses.take(address) { return true }
        logger.debug("A client's address has all the connections that it may: this one is closed.")
        return false
    }

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

    /// Whether a connection ends with its answer: the server is to stop, or would else have no room for others, or a
    /// worker is to be had to accept again.
    func endsConnection(of client: ClientConnection) -> Bool {
        isDraining || connections.count > capacity.waiting || client.isBehind(connections.shortages)
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

    /// Takes what libmicrohttpd has to say, on a worker's thread.
    ///
    /// A worker that finds no descriptor for a client accepts no more until one of its connections ends, and those of busy
    /// clients never do: so each that is there now ends with its next answer. One without any tries again at once, and
    /// again: it is held up a little.
    func log(_ message: String) {
        if message.hasPrefix(Self.shortage) {
            connections.ranShort()
            if message.contains(Self.shortageOfIdle) { usleep(Self.shortagePause) }
        }
        logger.debug("libmicrohttpd", metadata: [LogKey.words: "\(message.filter { !$0.isNewline })"])
    }

    /// How libmicrohttpd (0.9.75, `daemon.c`) begins to tell of an `accept` that found no descriptor, and what it
    /// says of a worker with no connection.
    private static let shortage = "Hit process or system resource limit at "
    private static let shortageOfIdle = "at FIRST connection"
    /// Microseconds between such a worker's tries: 100 a second cost nothing, and nobody else waits for it.
    private static let shortagePause: useconds_t = 10_000

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

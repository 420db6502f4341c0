import HTTPCore
import Logging
import Synchronization

/// What all requests of a server share.
final class ServerCore: Sendable {
    let maxBodyBytes: Int
    let watcher: HangUpWatcher
    private let responder: any Responder
    private let logger: Logger
    private let inFlight = Atomic<Int>(0)

    init(_ configuration: ServerConfiguration, _ responder: any Responder, _ logger: Logger) throws(ServerError) {
        maxBodyBytes = configuration.maxBodyBytes
        self.responder = responder
        self.logger = logger
        watcher = try HangUpWatcher()
    }

    /// Requests whose request line is there and whose answer isn't wholly sent.
    var requestsInFlight: Int { inFlight.load(ordering: .acquiring) }

    func began(_ target: [UInt8]) -> Exchange {
        inFlight.add(1, ordering: .acquiringAndReleasing)
        return Exchange(self, target: target, id: RequestID.random())
    }

    func completed() {
        inFlight.subtract(1, ordering: .acquiringAndReleasing)
    }

    func respond(to request: Request) -> Answer {
        responder.respond(to: request)
    }

    func log(_ message: String) {
        logger.debug("libmicrohttpd", metadata: ["message": "\(message.filter { !$0.isNewline })"])
    }
}

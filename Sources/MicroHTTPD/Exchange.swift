import CMicroHTTPD
import HTTPCore
import HTTPTypes
import Synchronization

/// One request and its answer.
///
/// libmicrohttpd's worker moves it on: head, body, whole; then perhaps a wait, which any thread may end. States:
/// `began`, `receiving`, `waiting`, `ready`, `gone`; after `ready` is answered there is nothing left to do.
final class Exchange: Sendable {
    private enum State {
        case began
        /// The body as far as it came; with a refusal, it is thrown away.
        case receiving(HTTPFields, body: [UInt8], refusal: Problem?)
        /// Suspended: the worker doesn't touch it until it is resumed.
        case waiting
        case ready(Response)
        /// The client has gone.
        case gone
    }

    private let core: ServerCore
    private let target: [UInt8]
    private let id: Mutex<String>
    private let state = Mutex(State.began)

    init(_ core: ServerCore, target: [UInt8], id: String) {
        self.core = core
        self.target = target
        self.id = Mutex(id)
    }

    /// Moves on, on the worker's thread, with the next piece of the body or none.
    func proceed(
        _ connection: ConnectionHandle, method: UnsafePointer<CChar>, _ piece: UnsafeRawBufferPointer
    ) -> MHD_Result {
        if unsafe !piece.isEmpty, unsafe takePiece(piece) { return .YES }
        switch state.withLock({ $0 }) {
        case .began: return takeHead(connection)
        case .receiving(let headers, let body, let refusal):
            if let refusal { return answer(refusal.response(requestID: requestID).closing, connection) }
            return unsafe respond(connection, String(cString: method), headers, body)
        case .ready(let response): return answer(response, connection)
        case .waiting: return .YES
        case .gone: return .NO
        }
    }

    /// The last call.
    func completed() {
        core.completed()
    }

    private var requestID: String { id.withLock { $0 } }

    private func takeHead(_ connection: ConnectionHandle) -> MHD_Result {
        guard let headers = connection.headers() else {
            return refuse(HeadCheck.invalid("A header's name or value is not valid."), connection)
        }
        if let own = headers[.requestID], RequestID.isValid(own) { id.withLock { $0 = own } }
        if let problem = HeadCheck.refusal(of: headers, maxBodyBytes: core.maxBodyBytes) {
            return refuse(problem, connection)
        }
        state.withLock { $0 = .receiving(headers, body: [], refusal: nil) }
        return .YES
    }

    /// Takes a piece of the body; false when none is due.
    private func takePiece(_ piece: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            guard case .receiving(let headers, var body, let refusal) = state else { return false }
            // Held once only while it grows.
            state = .began
            if refusal != nil || body.count + piece.count > core.maxBodyBytes {
                state = .receiving(headers, body: [], refusal: HeadCheck.bodyTooLarge(core.maxBodyBytes))
            } else {
                unsafe body.append(contentsOf: piece)
                state = .receiving(headers, body: body, refusal: nil)
            }
            return true
        }
    }

    private func respond(
        _ connection: ConnectionHandle, _ method: String, _ headers: HTTPFields, _ body: [UInt8]
    ) -> MHD_Result {
        guard let method = HTTPRequest.Method(method) else {
            return refuse(HeadCheck.invalid("The method is not a token."), connection)
        }
        let answer: Answer
        do throws(RequestTarget.ParseError) {
            answer = core.respond(
                to: Request(
                    id: requestID, method: method, target: try RequestTarget(target), headers: headers, body: body))
        } catch {
            return refuse(HeadCheck.invalid(error.detail), connection)
        }
        switch answer {
        case .now(let response): return self.answer(response, connection)
        case .later(let promise):
            wait(for: promise, connection)
            return .YES
        }
    }

    /// Suspends first, so that no resume can come before it.
    private func wait(for promise: ResponsePromise, _ connection: ConnectionHandle) {
        state.withLock { $0 = .waiting }
        connection.suspend()
        let watch = core.watcher.watch(connection.descriptor, promise)
        promise.onOutcome { outcome in
            self.core.watcher.unwatch(watch)
            self.state.withLock { state in
                switch outcome {
                case .fulfilled(let response): state = .ready(response)
                case .abandoned: state = .gone
                }
            }
            connection.resume()
        }
    }

    private func refuse(_ problem: Problem, _ connection: ConnectionHandle) -> MHD_Result {
        answer(problem.response(requestID: requestID).closing, connection)
    }

    private func answer(_ response: Response, _ connection: ConnectionHandle) -> MHD_Result {
        connection.answer(response, requestID: requestID) ? .YES : .NO
    }
}

extension Response {
    /// The same, on a connection that is closed after it.
    fileprivate var closing: Response {
        var copy = self
        copy.headers[.connection] = "close"
        return copy
    }
}

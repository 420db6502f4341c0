import CMicroHTTPD
import HTTPCore
import HTTPTypes
import Synchronization

/// One request and its answer.
///
/// libmicrohttpd's worker moves it on: head, body, whole; then perhaps a wait, which any thread may end. States:
/// `began`, `receiving` or `refusing`, `waiting`, `ready` or `gone`, `answered`; the last call may come in any of them.
final class Exchange: Sendable {
    private enum State {
        case began
        case receiving(Request, BodyIntake)
        /// The body is thrown away, so many bytes so far, and the problem answered when it is whole.
        case refusing(Problem, discarded: Int)
        /// Suspended: the worker doesn't touch it until it is resumed.
        case waiting
        case ready(Response)
        /// The client has gone.
        case gone
        /// What is left to watch is the stream, if there is one.
        case answered(stream: ResponseStream?, watch: HangUpWatcher.Watch?)
    }

    private let core: ServerCore
    private let client: ClientConnection
    private let target: [UInt8]
    private let occupancy: Occupancy
    private let notes: Mutex<RequestNotes>
    private let state = Mutex(State.began)

    init(_ core: ServerCore, _ client: ClientConnection, target: [UInt8], id: String, occupancy: Occupancy) {
        self.core = core
        self.client = client
        self.target = target
        notes = Mutex(RequestNotes(id: id, target: target))
        self.occupancy = occupancy
    }

    /// Moves on, on the worker's thread, with the next piece of the body or none.
    func proceed(
        _ connection: ConnectionHandle, _ line: RequestLine, _ piece: UnsafeRawBufferPointer
    ) -> MHD_Result {
        if unsafe !piece.isEmpty { return unsafe takePiece(piece) ? .YES : .NO }
        switch state.withLock({ $0 }) {
        case .began: return unsafe takeHead(connection, line)
        case .receiving(let request, let body):
            guard client.requestIsWhole() else { return .NO }
            notes.withLock { $0.requestIsWhole() }
            return finish(body.answer(request, core.responder), connection)
        case .refusing(let problem, _):
            guard client.requestIsWhole() else { return .NO }
            return answer(problem.response(requestID: requestID), connection)
        case .ready(let response): return answer(response, connection)
        case .waiting, .answered: return .YES
        case .gone: return .NO
        }
    }

    /// The last call.
    func completed() {
        switch state.withLock({ $0 }) {
        case .receiving(_, let body): body.abandon()
        case .answered(let stream, let watch):
            if let watch { core.watcher.unwatch(watch) }
            stream?.abandon()
        case .ready(let response): response.stream?.abandon()
        case .began, .refusing, .waiting, .gone: break
        }
        core.observer?.ended(notes.withLock { $0 }.finish())
        core.completed(on: client)
    }

    /// The connection was ended with this answer, as its client was too slow.
    func wasCutOff(_ status: HTTPResponse.Status) { notes.withLock { $0.answered(status) } }

    /// The client's own name for the request once the head is there, if it has a fit one.
    var requestID: String { notes.withLock { $0.id } }

    private func takeHead(_ connection: ConnectionHandle, _ line: RequestLine) -> MHD_Result {
        guard let headers = connection.headers() else {
            return refuse(HeadCheck.invalid("A header's name or value is not valid."), connection)
        }
        let ownID = headers.value(of: .requestID).flatMap { RequestID.isValid($0) ? $0 : nil }
        let method = unsafe line.methodToken
        notes.withLock { $0.headEnded(headers, method: method, ownID: ownID) }
        let framing: Framing
        do throws(Problem) {
            framing = try unsafe HeadCheck.framing(headers, line, target: target)
            try HeadCheck.checkSize(connection.headSize, limit: core.maxHeadBytes)
        } catch {
            return refuse(error, connection)
        }
        if framing.hasBody { core.connections.headEnded(requestID, on: client) }
        do throws(Problem) {
            let request = try unsafe HeadCheck.request(
                id: requestID, line, target: target, headers, core.isDraining ? .stopping : occupancy,
                try ClientOrigin(headers, peer: client.address, trusted: core.trustedProxies))
            notes.withLock { $0.cameFrom(request.clientAddress) }
            if framing.hasBody, let problem = core.responder.refusal(ofHead: request) { throw problem }
            let body = BodyIntake(
                maxBytes: core.maxBodyBytes, receiver: framing.hasBody ? core.responder.receiver(for: request) : nil)
            if let problem = body.refusal(ofLength: framing.length ?? 0) {
                body.abandon()
                throw problem
            }
            state.withLock { $0 = .receiving(request, body) }
            return .YES
        } catch {
            // An answer now ends the connection, and may get lost if the client is still sending.
            guard !framing.awaitsContinue, framing.length ?? 0 <= core.maxDiscardedBytes else {
                return refuse(error, connection)
            }
            state.withLock { $0 = .refusing(error, discarded: 0) }
            return .YES
        }
    }

    /// Takes a piece of the body; false when the connection is to end.
    ///
    /// Only the worker's thread is there while a body comes: the state is taken out, so that the body is held once while
    /// it grows and its receiver is called with no lock held.
    private func takePiece(_ piece: UnsafeRawBufferPointer) -> Bool {
        let before = state.withLock { state in
            defer { state = .began }
            return state
        }
        switch before {
        case .receiving(let request, var body):
            do throws(Problem) {
                try unsafe body.take(piece)
                state.withLock { $0 = .receiving(request, body) }
            } catch {
                body.abandon()
                state.withLock { $0 = .refusing(error, discarded: piece.count) }
            }
            return true
        case .refusing(let problem, let discarded):
            state.withLock { $0 = .refusing(problem, discarded: discarded + piece.count) }
            return discarded < core.maxDiscardedBytes
        case .began, .waiting, .ready, .gone, .answered:
            state.withLock { $0 = before }
            return false
        }
    }

    private func finish(_ answer: Answer, _ connection: ConnectionHandle) -> MHD_Result {
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
        notes.withLock { $0.waitBegan() }
        connection.suspend()
        let watch = core.watcher.watch(client.descriptor, .promise(promise))
        promise.onOutcome { outcome in
            self.core.watcher.unwatch(watch)
            self.notes.withLock { $0.waitEnded(route: promise.route, principal: promise.principal) }
            self.state.withLock { state in
                switch outcome {
                case .fulfilled(let response): state = .ready(response)
                case .abandoned: state = .gone
                }
            }
            connection.resume()
        }
        if let problem = core.refusalToWait(occupancy) { promise.refuse(problem) }
    }

    /// Answers at once, and ends the connection: what follows on it can't be trusted, or won't be read.
    private func refuse(_ problem: Problem, _ connection: ConnectionHandle) -> MHD_Result {
        guard client.requestIsWhole() else { return .NO }
        return answer(problem.response(requestID: requestID).closing, connection)
    }

    private func answer(_ response: Response, _ connection: ConnectionHandle) -> MHD_Result {
        let response = core.endsConnection(of: client) ? response.closing : response
        let stream = response.stream
        notes.withLock { $0.answered(with: response) }
        let watch = stream.map { core.watcher.watch(client.descriptor, .stream($0)) }
        state.withLock { $0 = .answered(stream: stream, watch: watch) }
        if core.isStopping { stream?.finish() }
        return connection.answer(response, requestID: requestID, client) ? .YES : .NO
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

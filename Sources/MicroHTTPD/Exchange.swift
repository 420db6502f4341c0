import CMicroHTTPD
import HTTPCore
import HTTPTypes
import Synchronization

/// One request and its answer.
///
/// libmicrohttpd's worker moves it on: head, body, whole; then perhaps a wait, which any thread may end. States: `began`,
/// perhaps `admitting` and `admitted`, `receiving` or `refusing`, `waiting`, `ready` or `gone`, `answered`; the last call
/// may come in any of them.
final class Exchange: Sendable {
    enum State {
        case began
        /// Suspended until it is known whether it is let in, which may be for any thread to say.
        case admitting
        /// Resumed from that.
        case admitted(Admission, Framing)
        case receiving(Request, BodyIntake)
        /// The body is thrown away, so many bytes so far, and this answered when it is whole.
        case refusing(Response, discarded: Int)
        /// Suspended: the worker doesn't touch it until it is resumed.
        case waiting
        case ready(Response)
        /// The client has gone.
        case gone
        /// What is left to watch is the stream, if there is one.
        case answered(stream: ResponseStream?, watch: HangUpWatcher.Watch?)
    }

    let core: ServerCore
    let client: ClientConnection
    let target: [UInt8]
    let occupancy: Occupancy
    let notes: Mutex<RequestNotes>
    let state = Mutex(State.began)
    /// Bytes of the answer, counted as long as it isn't read.
    private let answerBytes = Atomic<Int>(0)

    init(_ core: ServerCore, _ client: ClientConnection, target: [UInt8], id: String, occupancy: Occupancy) {
        self.core = core
        self.client = client
        self.target = target
        // What trusted proxies say of it comes with the head.
        let origin = ClientOrigin([:], peer: client.address)
        notes = Mutex(RequestNotes(id: id, target: target, client: origin.address))
        self.occupancy = occupancy
    }

    /// Moves on, on the worker's thread, with the next piece of the body or none.
    func proceed(
        _ connection: ConnectionHandle, _ line: RequestLine, _ piece: UnsafeRawBufferPointer
    ) -> MHD_Result {
        if unsafe !piece.isEmpty { return unsafe takePiece(piece) ? .YES : .NO }
        switch state.withLock({ $0 }) {
        case .began: return unsafe takeHead(connection, line)
        case .admitted(let admission, let framing): return take(admission, framing, connection)
        case .receiving(let request, let body):
            guard client.requestIsWhole() else { return .NO }
            notes.withLock { $0.requestIsWhole() }
            return finish(body.answer(request, core.responder), connection)
        case .refusing(let response, _):
            guard client.requestIsWhole() else { return .NO }
            return answer(response, connection)
        case .ready(let response): return answer(response, connection)
        case .admitting, .waiting, .answered: return .YES
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
        case .began, .admitting, .admitted, .refusing, .waiting, .gone: break
        }
        core.answers.giveBack(answerBytes.load(ordering: .relaxed))
        core.observer?.ended(notes.withLock { $0 }.finish())
        core.completed(on: client)
    }

    /// The connection was ended with this answer, as its client was too slow.
    func wasCutOff(_ status: HTTPResponse.Status) { notes.withLock { $0.answered(status) } }

    /// The client's own name for the request once the head is there, if it has a fit one.
    var requestID: String { notes.withLock { $0.id } }

    /// Takes a piece of the body; false when the connection is to end.
    ///
    /// Only the worker's thread is there while a body comes: the state is taken out, so that the body is held once while
    /// it grows and its receiver is called with no lock held.
    private func takePiece(_ piece: UnsafeRawBufferPointer) -> Bool {
        let before = state.withLock { exchange(&$0, with: .began) }
        switch before {
        case .receiving(let request, var body):
            do throws(Problem) {
                try unsafe body.take(piece)
                state.withLock { $0 = .receiving(request, body) }
            } catch {
                body.abandon()
                let response = error.response(requestID: requestID)
                state.withLock { $0 = .refusing(response, discarded: piece.count) }
            }
            return true
        case .refusing(let response, let discarded):
            state.withLock { $0 = .refusing(response, discarded: discarded + piece.count) }
            return discarded < core.maxDiscardedBytes
        case .began, .admitting, .admitted, .waiting, .ready, .gone, .answered:
            state.withLock { $0 = before }
            return false
        }
    }

    private func finish(_ answer: Answer, _ connection: ConnectionHandle) -> MHD_Result {
        switch answer {
        case .now(let response): return self.answer(bounded(response), connection)
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
            let next: State =
                switch outcome {
                case .fulfilled(let response): .ready(self.bounded(response))
                case .abandoned: .gone
                }
            self.state.withLock { $0 = next }
            connection.resume()
        }
        if let problem = core.refusalToWait(occupancy) { promise.refuse(problem) }
    }

    /// The response, whose bytes are counted until it is read; a problem in its place where that is too much, and it can be
    /// asked for again.
    private func bounded(_ response: Response) -> Response {
        let count = response.body.count
        if count > ServerConfiguration.smallAnswer, response.mayBeRefused ?? isRead {
            guard core.answers.take(count) else {
                response.stream?.abandon()
                return ServerCore.answersFull.response(requestID: requestID)
            }
        } else {
            core.answers.add(count)
        }
        answerBytes.add(count, ordering: .relaxed)
        return response
    }

    private var isRead: Bool { notes.withLock { $0.record.method == .get || $0.record.method == .head } }

    /// Answers at once, and ends the connection: what follows on it can't be trusted, or won't be read.
    func refuse(_ response: Response, _ connection: ConnectionHandle) -> MHD_Result {
        guard client.requestIsWhole() else { return .NO }
        return answer(response.closing, connection)
    }

    private func answer(_ response: Response, _ connection: ConnectionHandle) -> MHD_Result {
        let fields = notes.withLock { $0.record.requestHeaders }
        let amended = core.responder.amend(response, to: fields)
        let response = core.endsConnections ? amended.closing : amended
        let stream = response.stream
        notes.withLock { $0.answered(with: response) }
        let watch = stream.map { core.watcher.watch(client.descriptor, .stream($0)) }
        state.withLock { $0 = .answered(stream: stream, watch: watch) }
        if stream == nil { core.connections.answerIsWhole(self) }
        if core.isStopping { stream?.finish() }
        return connection.answer(response, to: self) ? .YES : .NO
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

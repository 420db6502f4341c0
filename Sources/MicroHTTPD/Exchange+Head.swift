import CMicroHTTPD
import HTTPCore
import HTTPTypes
import Synchronization

/// A request's head: what is found out, refused or let in before there is a body.
extension Exchange {
    func takeHead(_ connection: ConnectionHandle, _ line: RequestLine) -> MHD_Result {
        guard let headers = unsafe connection.headers(behind: line) else {
            return refuse(HeadCheck.invalid("A header's name or value is not valid."), connection)
        }
        let ownID = headers.value(of: .requestID).flatMap { RequestID.isValid($0) ? $0 : nil }
        let method = unsafe line.methodToken
        let origin: Result<ClientOrigin, Problem> = Result { () throws(Problem) in
            try ClientOrigin(headers, peer: client.address, trusted: core.trustedProxies)
        }
        notes.withLock { notes in
            notes.headEnded(headers, method: method, ownID: ownID)
            if case .success(let origin) = origin { notes.cameFrom(origin.address) }
        }
        let framing: Framing
        do throws(Problem) {
            framing = try unsafe HeadCheck.framing(headers, line, target: target)
            try HeadCheck.checkSize(connection.headSize, limit: core.maxHeadBytes)
        } catch {
            return refuse(error, connection)
        }
        if framing.ignoresExpectation { connection.ignoreExpectation() }
        if framing.hasBody { core.connections.headEnded(requestID, on: client) }
        do throws(Problem) {
            let request = try unsafe HeadCheck.request(
                id: requestID, line, target: target, headers, core.isStopping ? .stopping : occupancy, try origin.get())
            return admit(request, framing, connection)
        } catch {
            return answerByHead(error.response(requestID: requestID), framing, connection)
        }
    }

    /// Has the responder say whether the request is let in; where that takes a moment the connection is suspended, and its
    /// body left where it is.
    ///
    /// Resumed, libmicrohttpd 0.9.75 makes its first call for the request once more.
    private func admit(_ request: Request, _ framing: Framing, _ connection: ConnectionHandle) -> MHD_Result {
        let promise = AdmissionPromise(requestID: request.id)
        let known = core.responder.admit(request, hasBody: framing.hasBody) { promise.keep($0) }
        if let known { return take(known, framing, connection) }
        state.withLock { $0 = .admitting }
        notes.withLock { $0.waitForAdmission() }
        // Before its outcome is asked for, so that no resume can come before it.
        connection.suspend()
        let watch = core.watcher.watch(client.descriptor, .admission(promise))
        promise.onOutcome { admission in
            self.core.watcher.unwatch(watch)
            self.notes.withLock { $0.admissionEnded() }
            self.state.withLock { $0 = .admitted(admission, framing) }
            connection.resume()
        }
        if core.isStopping { promise.refuse(ServerCore.draining) }
        return .YES
    }

    func take(_ admission: Admission, _ framing: Framing, _ connection: ConnectionHandle) -> MHD_Result {
        switch admission {
        case .answered(let response): return answerByHead(response, framing, connection)
        case .admitted(let request):
            let body = BodyIntake(
                maxBytes: core.maxBodyBytes, budget: core.bodies,
                receiver: framing.hasBody ? core.responder.receiver(for: request) : nil)
            if let problem = body.refusal(ofLength: framing.length ?? 0) {
                body.abandon()
                return answerByHead(problem.response(requestID: requestID), framing, connection)
            }
            state.withLock { $0 = .receiving(request, body) }
            return .YES
        }
    }

    private func refuse(_ problem: Problem, _ connection: ConnectionHandle) -> MHD_Result {
        refuse(problem.response(requestID: requestID), connection)
    }

    /// Answers without having looked at the body.
    private func answerByHead(_ response: Response, _ framing: Framing, _ connection: ConnectionHandle) -> MHD_Result {
        // An answer now ends the connection, and may get lost if the client is still sending.
        guard !framing.awaitsContinue, framing.length ?? 0 <= core.maxDiscardedBytes else {
            return refuse(response, connection)
        }
        state.withLock { $0 = .refusing(response, discarded: 0) }
        return .YES
    }
}

import HTTPCore
import HTTPTypes
import Synchronization

/// A JSON answer that is waited for, with newlines ahead of it that keep the connection from looking idle.
///
/// The status is 200 before anything is known, so a problem stands in the answer as its only member.
final class HeartbeatAnswer: Sendable {
    private struct State {
        var deadline: Deadlines.Token?
        var isDone = false
    }

    private let body = ResponseStream()
    private let interval: Duration
    private let deadlines: Deadlines
    private let state = Mutex(State())

    private init(every interval: Duration, _ deadlines: Deadlines) {
        self.interval = interval
        self.deadlines = deadlines
    }

    /// The response that goes on until the promise is kept; a client that goes gives it up.
    static func response(
        to promise: ResponsePromise, every interval: Duration, _ headers: HTTPFields, _ deadlines: Deadlines
    ) -> Response {
        let answer = HeartbeatAnswer(every: interval, deadlines)
        answer.beatLater()
        promise.onOutcome { outcome in
            switch outcome {
            case .fulfilled(let response): answer.finish(response)
            case .abandoned: answer.stop()
            }
        }
        answer.body.onEnd { end in
            if end != .finished { promise.abandon() }
        }
        var response = Response.json([], headers: headers)
        response.headers[.accelBuffering] = "no"
        response.stream = answer.body
        return response
    }

    private func beatLater() {
        state.withLock { state in
            guard !state.isDone else { return }
            state.deadline = deadlines.add(after: interval) {
                self.body.write([UInt8(ascii: "\n")])
                self.beatLater()
            }
        }
    }

    private func finish(_ response: Response) {
        stop()
        guard response.status != .ok else { return body.finish(response.body) }
        var writer = JSONObjectWriter(reserving: response.body.count + 16)
        writer.add("problem", json: response.body)
        body.finish(writer.finish())
    }

    private func stop() {
        let deadline = state.withLock { state in
            state.isDone = true
            return state.deadline.take()
        }
        if let deadline { deadlines.cancel(deadline) }
    }
}

import HTTPCore
import PhoenixChannels

/// A join that was begun under an `Idempotency-Key`, and can be attached to.
struct BegunJoin: BegunOperation {
    let session: Session
    let topic: String
    let params: JSONText
    /// The log's position before it.
    let cursor: Cursor

    func resume(_ wait: Wait) throws(Problem) -> Answer {
        if let answer = try session.joined(topic, params: params, since: cursor) { return wait.now(answer) }
        return try session.join(topic, params: params, rejoin: false, wait)
    }

    var late: Problem { .joinTimeout(topic, sessionKept: true).since(cursor) }
}

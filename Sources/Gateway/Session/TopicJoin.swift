import HTTPCore
import PhoenixChannels

/// A join under an `Idempotency-Key`: a repeat attaches to it, and never leaves and joins a second time.
struct TopicJoin: KeyedOperation {
    let session: Session
    let topic: String
    let params: JSONText
    let rejoin: Bool
    private let ticket = Ticket<Cursor>()

    init(_ session: Session, _ topic: String, _ params: JSONText, rejoin: Bool) {
        self.session = session
        self.topic = topic
        self.params = params
        self.rejoin = rejoin
    }

    func begin(_ wait: Wait) throws(Problem) -> Answer {
        try session.join(topic, params: params, rejoin: rejoin, wait, ticket: ticket)
    }

    var sessionID: SessionID? { session.id }

    var isBegun: Bool { ticket.value != nil }

    func resume(_ wait: Wait) throws(Problem) -> Answer {
        guard let cursor = ticket.value else { return try begin(wait) }
        if let answer = try session.joined(topic, params: params, since: cursor) { return wait.now(answer) }
        return try session.join(topic, params: params, rejoin: false, wait)
    }

    var late: Problem {
        let problem = Problem.joinTimeout(topic, sessionKept: true)
        return ticket.value.map { problem.since($0) } ?? problem
    }
}

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

    var begun: (any BegunOperation)? {
        ticket.value.map { BegunJoin(session: session, topic: topic, params: params, cursor: $0) }
    }

    var late: Problem { begun?.late ?? .joinTimeout(topic, sessionKept: true) }
}

/// One event that a client saw: a line of the file that is compared with the server's.
struct JournalEntry: Encodable {
    enum Kind: String, Encodable {
        /// The connection's status has changed; `cause` says to what.
        case status
        /// The topic was joined, for the first time or anew, as the join `join`.
        case joined, rejoined
        case message, crashed, dropped
        /// The topic's events are over.
        case ended
        /// A push that waited for its reply has its outcome.
        case push
        /// A push that waits for nothing was taken, or refused.
        case sent
        /// What the client is like before it disconnects.
        case final
    }

    let client: Int
    let kind: Kind
    var topic: String?
    var join: Int?
    var seq: Int?
    /// The push that this is, or that the message or the reply comes from.
    var id: String?
    /// The id in the reply.
    var answer: String?
    /// Why: a status, an error, a reason.
    var cause: String?
    var isUnsent: Bool?
    /// Whether the push was to wait for its topic.
    var isPatient: Bool?
    var count: Int?
    var isConnected: Bool?
    /// Of each topic, the id of the push that was answered last.
    var markers: [String: String]?
}

/// What the demo server's payloads may hold.
struct ChaosPayload: Codable {
    var client: Int?
    var join: Int?
    var id: String?
    var seq: Int?
}

/// A join's response, with what it was joined with.
struct JoinResponse: Decodable {
    let echo: ChaosPayload
}

import HTTPCore

/// The query of a read that can wait for a state: `until`, and `wait` along with it.
struct UntilInput {
    let wait: Wait
    private let until: String?

    init(_ request: Request, _ configuration: GatewayConfiguration) throws(Problem) {
        let query = try QueryReader(request, ["until", "wait"])
        until = query["until"]
        guard until != nil || query["wait"] == nil else {
            throw .invalidRequest(
                "The query has 'wait' without 'until': say which state to wait for.", .parameter("wait"))
        }
        wait = try Wait(request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
    }

    /// What is wanted of a session; nil when it is to be shown as it is.
    func session() throws(Problem) -> StateCondition? {
        switch until {
        case nil: nil
        case "connected": .connected
        case "disconnected": .disconnected
        case .some: throw refusal("connected or disconnected")
        }
    }

    /// The same of a topic.
    func topic(_ name: String) throws(Problem) -> StateCondition? {
        switch until {
        case nil: nil
        case "joined": .joined(topic: name)
        case "left": .left(topic: name)
        case .some: throw refusal("joined or left")
        }
    }

    private func refusal(_ known: String) -> Problem {
        .invalidRequest("The query's 'until' must be \(known).", .parameter("until"))
    }
}

import PhoenixChannels

extension Call {
    /// What is asked for.
    struct Request: Sendable {
        struct Push: Sendable {
            let event: String
            let payload: Payload
        }

        enum Action: Sendable {
            case pushAndAwaitReply(Push, ReplyForm)
            /// The first entry that passes, from before this call's join or push.
            case awaitMessage(LogFilter, after: Push?)
            /// All that pass, for as long as the client reads.
            case listen(Listening, after: Push?)
        }

        let spec: SessionSpec
        let key: PoolKey
        let action: Action

        /// What is pushed, made anew for each attempt.
        var push: OutgoingPush? {
            switch action {
            case .pushAndAwaitReply(let push, let form): outgoing(push, form)
            case .awaitMessage(_, let push), .listen(_, let push):
                push.map { outgoing($0, .push(errorsAre200: true)) }
            }
        }

        /// What the call waits for in the end.
        var lastStage: Stage {
            switch action {
            case .pushAndAwaitReply: .reply
            case .awaitMessage, .listen: .await
            }
        }

        private func outgoing(_ push: Push, _ form: ReplyForm) -> OutgoingPush {
            OutgoingPush(key.topic, push.event, push.payload, form)
        }
    }

    /// A stream that is asked for.
    struct Listening: Sendable {
        let framing: StreamQuery.Framing
        let filter: LogFilter
        let limit: Int?
        /// What an EventSource that comes back says it has seen; nil for one that doesn't.
        let resumption: StreamQuery.Start?
        let limits: StreamLimits

        func query(after: ReadQuery.After) -> StreamQuery {
            StreamQuery(
                framing: framing, filter: filter, limit: limit, start: resumption ?? .after(after), limits: limits)
        }
    }
}

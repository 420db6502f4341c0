import PhoenixChannels

extension Call {
    /// What is asked for.
    struct Request: Sendable {
        struct Push: Sendable {
            let event: String
            let payload: Payload
            let form: ReplyForm
        }

        enum Action: Sendable {
            case pushAndAwaitReply(Push)
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
            let push: Push? =
                switch action {
                case .pushAndAwaitReply(let push): push
                case .awaitMessage(_, let push), .listen(_, let push): push
                }
            return push.map { OutgoingPush(key.topic, $0.event, $0.payload, $0.form) }
        }

        /// The log that an EventSource which comes back has read; nil where any will do.
        var epoch: String? {
            guard case .listen(let listening, _) = action, case .lastEventID(let cursor?) = listening.resumption else {
                return nil
            }
            return cursor.epoch
        }

        /// Whether it reads on from where the client's log stands.
        var readsLog: Bool {
            switch action {
            case .pushAndAwaitReply: false
            case .awaitMessage, .listen: true
            }
        }

        /// What the call waits for in the end.
        var lastStage: Stage {
            switch action {
            case .pushAndAwaitReply: .reply
            case .awaitMessage, .listen: .await
            }
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

        func query(after: ReadQuery.After, _ lifeline: Lifeline) -> StreamQuery {
            var filter = filter
            filter.push = lifeline.push
            return StreamQuery(
                framing: framing, filter: filter, limit: limit, start: resumption ?? .after(after), limits: limits,
                lifeline: lifeline)
        }
    }
}

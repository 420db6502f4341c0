package import HTTPCore
import PhoenixChannels

/// Reading the log for as long as the client wants to.
///
/// A stream is written to by one thread at a time: whoever gets a chunk out of it under the lock writes that afterwards, and
/// no other comes before the client has taken it. That happens on the waiting thread but for a stream's beginning and end.
extension Session {
    /// Begins a stream; `hasRoom` says whether one more request may keep its connection for long.
    ///
    /// `ended` runs when its body has ended, however that was.
    package func stream(
        _ query: StreamQuery, hasRoom: Bool, ended: @escaping @Sendable () -> Void = {}
    ) throws(Problem) -> Response {
        let (id, stream, chunk) = try request { state, _ throws(Problem) -> (UInt64, LogStream, LogStream.Chunk) in
            state.replies.forget(state.log.expire(at: self.logTime))
            let expiry = self.deadlines.time.now() + query.limits.lifetime
            var stream = try LogStream(query, in: state.log, at: self.logTime, expiry: expiry)
            if let lifeline = query.lifeline {
                if let (_, problem) = state.cut(of: lifeline) { throw problem }
                state.hasLifelines = true
            }
            guard hasRoom else { throw .tooManyWait }
            try state.requireRoomToWait()
            let id = state.nextWaiterID()
            let chunk = stream.begin(in: state.log)
            state.markRead(chunk)
            if chunk.end == nil {
                stream.deadline = self.watchStream(id, query.limits.heartbeat)
                state.streams[id] = stream
            }
            return (id, stream, chunk)
        }
        write(chunk, after: query.framing.preamble, to: stream, id)
        stream.body.onEnd { [meter = memory.meter] end in
            if end == .tooSlow { meter.cutSlowStream() }
            if end != .finished {
                self.locked { state, effects in _ = state.removeStream(id, now: self.deadlines.time.now(), &effects) }
            }
            ended()
        }
        return query.framing.response(stream.body)
    }

    /// Writes what the log has for those that have taken all before it.
    func serveStreams(_ state: inout SessionState, _ effects: inout Effects) {
        for id in Array(state.streams.keys) {
            change(id, &state, &effects) { $0.logGrew($1) }
        }
    }

    /// Changes a stream, and has written what comes of that; one that ends is let go.
    private func change(
        _ id: UInt64, _ state: inout SessionState, _ effects: inout Effects,
        _ body: (inout LogStream, EventLog) -> LogStream.Chunk?
    ) {
        guard let chunk = state.changeStream(id, body), let stream = state.streams[id] else { return }
        if chunk.end != nil { state.removeStream(id, now: deadlines.time.now(), &effects) }
        effects.then { self.write(chunk, to: stream, id) }
    }

    private func write(_ chunk: LogStream.Chunk, after preamble: [UInt8] = [], to stream: LogStream, _ id: UInt64) {
        let bytes = preamble + stream.framing.text(chunk)
        guard chunk.end == nil else { return stream.body.finish(bytes) }
        stream.body.write(bytes)
        stream.body.onDrained { self.drained(id) }
    }

    /// The client has taken all; on the server's thread, and so only looked at there.
    private func drained(_ id: UInt64) {
        locked { state, effects in
            let log = state.log
            guard state.streams[id]?.drained(log) == true else { return }
            effects.then {
                self.deadlines.time.perform {
                    self.locked { state, effects in self.change(id, &state, &effects) { $0.goOn($1) } }
                }
            }
        }
    }

    /// Looks at a stream after a while, again and again until it has ended.
    private func watchStream(_ id: UInt64, _ interval: Duration) -> Deadlines.Token {
        deadlines.add(after: interval) {
            self.locked { state, effects in
                guard state.streams[id] != nil else { return }
                let now = self.deadlines.time.now()
                self.change(id, &state, &effects) { $0.ticked($1, now: now) }
                guard state.streams[id] != nil else { return }
                state.streams[id]?.deadline = self.watchStream(id, interval)
            }
        }
    }
}

extension SessionState {
    /// Ends all streams: those that wait for the log now, others once their clients have taken what was written.
    mutating func endStreams(_ reason: LogStream.End, _ effects: inout Effects) {
        for id in Array(streams.keys) {
            guard let chunk = changeStream(id, { $0.end(reason, $1) }) else { continue }
            guard let stream = removeStream(id, now: lastUsed, &effects) else { continue }
            effects.then { stream.body.finish(stream.framing.text(chunk)) }
        }
    }

    fileprivate mutating func changeStream(
        _ id: UInt64, _ body: (inout LogStream, EventLog) -> LogStream.Chunk?
    ) -> LogStream.Chunk? {
        guard var stream = streams.removeValue(forKey: id) else { return nil }
        let chunk = body(&stream, log)
        streams[id] = stream
        if let chunk { markRead(chunk) }
        return chunk
    }

    fileprivate mutating func markRead(_ chunk: LogStream.Chunk) {
        if !chunk.entries.isEmpty { log.markRead(through: chunk.next.sequence) }
    }

    /// Lets a stream go; the session was used until now.
    @discardableResult
    fileprivate mutating func removeStream(
        _ id: UInt64, now: Duration, _ effects: inout Effects
    ) -> LogStream? {
        guard let stream = streams.removeValue(forKey: id) else { return nil }
        if let deadline = stream.deadline { effects.cancel(deadline) }
        lastUsed = now
        return stream
    }
}

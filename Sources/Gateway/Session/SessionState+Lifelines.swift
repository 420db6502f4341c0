import HTTPCore
import PhoenixChannels

/// How calls' reads end that nothing can come for any more.
extension SessionState {
    /// Why nothing can come any more, as a stream's end and as a request is told it; nil while something may.
    func cut(of lifeline: Lifeline) -> (end: LogStream.End, problem: Problem)? {
        if let problem = lifeline.push.flatMap(refusal(of:)) { return (.pushRejected, problem) }
        switch loss(of: lifeline.topic) {
        case .topic(let problem): return (.notJoined, problem)
        case .connection(let cause): return (.disconnected, .down(cause, sessionKept: false))
        case nil: return nil
        }
    }

    /// The channel's answer to a push, if that is a refusal.
    private func refusal(of push: OutgoingPush) -> Problem? {
        guard let sent = push.ticket.value, case .answered(let sequence, let cursor) = replies[sent.ref] else {
            return nil
        }
        return log[sequence].flatMap { push.form.refusal($0, ref: sent.name, cursor: cursor) }
    }

    /// Answers those whose lifelines are cut with what they have been waiting for, if it is there, or why it won't be.
    ///
    /// Streams tell the rest of the log first.
    mutating func checkLifelines(_ effects: inout Effects) {
        guard hasLifelines else { return }
        var waiting: [(waiter: Waiter, reader: Reader)] = []
        for (waiter, waitingReader) in readers {
            var reader = waitingReader
            guard let (_, problem) = reader.lifeline.flatMap(cut(of:)) else {
                waiting.append((waiter, reader))
                continue
            }
            let page = reader.advance(in: log)
            if let page { log.markRead(through: page.next) }
            effects.complete(waiter) { [reader] promise in
                if let page { promise.fulfill(reader.response(page)) } else { promise.fail(problem) }
            }
        }
        readers = waiting
        for (id, stream) in streams {
            guard let (end, _) = stream.lifeline.flatMap(cut(of:)) else { continue }
            streams[id]?.finish(end)
        }
    }
}

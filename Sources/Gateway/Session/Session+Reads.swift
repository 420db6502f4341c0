package import HTTPCore
import PhoenixChannels

/// Reading the log, at once or when there is something to read.
extension Session {
    private enum Outcome: Sendable {
        case page(Reader, EventLog.Page)
        case nothing(Reader)
        case waiting(Answer)
    }

    /// Reads on from a cursor; waits for the first entry, or as many as `await` wants.
    package func read(_ query: ReadQuery, _ wait: Wait) throws(Problem) -> Answer {
        let outcome = try request { state, _ throws(Problem) -> Outcome in
            state.replies.forget(state.log.expire(at: self.logTime))
            var reader = Reader(query, position: try query.after.position(in: state.log), in: state.log)
            if let page = reader.advance(in: state.log) {
                state.log.markRead(through: page.next)
                return .page(reader, page)
            }
            if let lifeline = query.lifeline {
                if let (_, problem) = state.cut(of: lifeline) { throw problem }
                state.hasLifelines = true
            }
            guard let duration = wait.duration else { return .nothing(reader) }
            guard wait.hasRoomToRead else { throw wait.refusal }
            try state.requireRoomToWait()
            let waiter = self.register(wait, duration, at: .log, &state)
            state.readers.append((waiter, reader))
            return .waiting(.later(waiter.promise))
        }
        switch outcome {
        case .waiting(let answer): return answer
        case .page(let reader, let page): return wait.now(reader.response(page))
        case .nothing(let reader): return wait.now(try reader.emptyResponse())
        }
    }

    /// Has the waiting thread look at the log for those who wait, if it has grown.
    func scheduleReads(_ state: inout SessionState, _ effects: inout Effects) {
        let last = state.log.last
        guard !state.readersAreDue else { return }
        let isAwaited =
            state.readers.contains { $0.reader.position < last }
            || state.streams.values.contains { $0.isDue(in: state.log) }
        guard isAwaited else { return }
        state.readersAreDue = true
        effects.then { self.deadlines.time.perform { self.serveReaders() } }
    }

    private func serveReaders() {
        locked { state, effects in
            state.readersAreDue = false
            let log = state.log
            var waiting: [(waiter: Waiter, reader: Reader)] = []
            for entry in state.readers {
                let waiter = entry.waiter
                var reader = entry.reader
                guard reader.position < log.last, let page = reader.advance(in: log) else {
                    waiting.append((waiter, reader))
                    continue
                }
                state.log.markRead(through: page.next)
                let answering = reader
                effects.complete(waiter) { $0.fulfill(answering.response(page)) }
            }
            state.readers = waiting
            self.serveStreams(&state, &effects)
        }
    }
}

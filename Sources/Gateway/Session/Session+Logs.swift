package import HTTPCore
import PhoenixChannels

/// Making room in the log.
extension Session {
    /// Gives up what a client no longer needs, up to and with this cursor; what is gone already stays so.
    package func release(through cursor: Cursor) throws(Problem) {
        try request { state, _ throws(Problem) in
            guard let sequence = try? ReadQuery.After.cursor(cursor).position(in: state.log) else {
                throw .cursorExpired(oldest: state.log.oldest, latest: state.log.latest)
                    .saying(
                        "This cursor was not given by this session, and nothing was deleted: pass the 'cursor' of an "
                            + "entry, or the 'next' of a read.", retryable: false)
            }
            state.replies.forget(state.log.release(through: sequence, at: self.logTime))
        }
    }

    /// Bytes that its log holds.
    var logBytes: Int { peek { $0.log.bytes } }

    /// When the oldest entry came that may go first.
    func oldestLogTime(onlyRead: Bool) -> Int64? {
        peek { $0.log.oldestTime(onlyRead: onlyRead) }
    }

    /// Drops the oldest entries for the sake of all sessions; one that would rather end than lose unread ones ends.
    ///
    /// - Returns: when the oldest came of those that may still go.
    func shedLog(_ bytes: Int, cameBy cutoff: Int64, onlyRead: Bool) -> Int64? {
        locked { state, effects in
            switch state.log.limits.overflow {
            case .close where !onlyRead:
                state.end(.overflow, &effects)
            case .close, .dropOldest:
                let dropped = state.log.shed(bytes, cameBy: cutoff, onlyRead: onlyRead, at: self.logTime)
                state.replies.forget(dropped)
            }
            return state.log.oldestTime(onlyRead: onlyRead)
        }
    }
}

/// How the time of a stop is shared out, from the signal to the exit: each part ends by its share of what the delay leaves,
/// so that all of them end in time.
package struct Drain: Sendable, Equatable {
    /// Serving on, and not ready.
    package let delay: Duration
    /// From the signal to the exit.
    package let timeout: Duration

    package init(delay: Duration, timeout: Duration) {
        self.delay = delay
        self.timeout = timeout
    }

    private var rest: Duration { timeout - delay }

    /// Sessions end one after another within the first half, counted from the end of the delay.
    package var spread: Duration { rest / 2 }

    // MARK: from the signal on

    /// All sessions have ended.
    package var sessionsEnded: Duration { delay + spread }
    /// Who still waits then is refused.
    package var waitingRefused: Duration { delay + rest * 3 / 4 }
    /// The last answers are written.
    package var serverStopped: Duration { delay + rest * 7 / 8 }
    /// Upstreams have answered our close frames, or are left; what is left of the time is for the log's last lines.
    package var socketsClosed: Duration { delay + rest * 15 / 16 }
}

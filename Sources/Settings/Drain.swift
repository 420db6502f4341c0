/// How a stop's time is shared out.
package struct Drain: Sendable, Equatable {
    /// Serving on, and not ready.
    package let delay: Duration
    /// From the signal to the exit.
    package let timeout: Duration

    package init(delay: Duration, timeout: Duration) {
        self.delay = delay
        self.timeout = timeout
    }

    /// Sessions end one after another within the first half of what is left.
    package var spread: Duration { (timeout - delay) / 2 }
    /// Requests have three quarters of it; in the last one upstreams answer our close frames.
    package var grace: Duration { (timeout - delay) * 3 / 4 }
}

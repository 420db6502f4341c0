/// When a server that stops does what: all of it before one deadline.
struct StopSchedule: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    /// Until then what clients have sent before is taken, be it that nothing is in flight.
    let settled: Instant
    /// From then on whoever still waits is refused, and no connections are taken.
    let refusesWaiting: Instant
    /// The threads and connections are ended then, whatever is left.
    let ends: Instant

    init(from start: Instant, grace: Duration, lastAnswers: Duration, settleTime: Duration) {
        refusesWaiting = start + max(.zero, grace)
        ends = refusesWaiting + max(.zero, lastAnswers)
        settled = min(start + settleTime, ends)
    }
}

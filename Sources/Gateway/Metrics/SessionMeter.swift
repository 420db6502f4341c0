import PhoenixChannels

/// What is counted of all sessions, those of calls too.
package final class SessionMeter: Sendable {
    /// An answer's status, as far as it is Phoenix's own: applications may send any other.
    private static let statuses = ["ok", "error"]
    private static let otherStatus = "other"

    private let time: any TimeSource
    private let created = MetricCounter()
    private let ended: [EndReason: MetricCounter]
    /// Those that never came to be.
    private let failed = MetricCounter()
    private let pushes = MetricCounter()
    private let replies: [String: MetricHistogram]
    private let otherReplies = MetricHistogram()
    private let drops: [EventLog.Loss: MetricCounter]
    private let cutStreams = MetricCounter()

    package init(time: any TimeSource = SystemTime()) {
        self.time = time
        ended = Dictionary(uniqueKeysWithValues: EndReason.allCases.map { ($0, MetricCounter()) })
        replies = Dictionary(uniqueKeysWithValues: Self.statuses.map { ($0, MetricHistogram()) })
        drops = Dictionary(uniqueKeysWithValues: EventLog.Loss.ofEntries.map { ($0, MetricCounter()) })
    }

    func sessionBegan() { created.add() }

    /// Without a reason it never came to be.
    func sessionEnded(_ reason: EndReason?) {
        let counter = reason.flatMap { ended[$0] } ?? failed
        counter.add()
    }

    /// A push is written.
    ///
    /// - Returns: when, for `replied`.
    func pushed() -> Duration {
        pushes.add()
        return time.now()
    }

    /// Its reply has come.
    func replied(_ status: String, toPushAt start: Duration) {
        (replies[status] ?? otherReplies).observe(time.now() - start)
    }

    /// A log has dropped so many entries.
    func dropped(_ entries: LogDrops) {
        guard entries != LogDrops() else { return }
        for (reason, counter) in drops where entries[reason] > 0 { counter.add(entries[reason]) }
    }

    func cutSlowStream() { cutStreams.add() }

    var families: [MetricFamily] {
        let replies = Self.statuses.map { ($0, self.replies[$0] ?? otherReplies) } + [(Self.otherStatus, otherReplies)]
        return [
            .counter("slipgate_sessions_created_total", "Sessions that were made.", created.value),
            .counter(
                "slipgate_sessions_ended_total", "Sessions that ended, by the reason.", by: "reason",
                EndReason.allCases.map { ($0.rawValue, ended[$0] ?? MetricCounter()) } + [("failed", failed)]),
            .counter("slipgate_pushes_total", "Pushes that were written to a Phoenix server.", pushes.value),
            MetricFamily(
                "slipgate_push_reply_seconds", "Between a push and its reply, by the reply's status.", .histogram,
                replies.flatMap { status, histogram in
                    histogram.samples([MetricLabel(name: "status", value: status)])
                }),
            .counter(
                "slipgate_session_log_dropped_entries_total",
                "Entries that sessions' logs have dropped, by the reason.",
                by: "reason", EventLog.Loss.ofEntries.map { ($0.rawValue, drops[$0] ?? MetricCounter()) }),
            .counter(
                "slipgate_streams_cut_total", "Streams that were cut off as their client read too slowly.",
                cutStreams.value),
        ]
    }
}

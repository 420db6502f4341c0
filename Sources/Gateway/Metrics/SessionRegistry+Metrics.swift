extension SessionRegistry {
    /// What `/metrics` says of the sessions and of what this is.
    func families(limit: Int) -> [MetricFamily] {
        [
            MetricFamily(
                "slipgate_build_info", "The version that runs, as a label; always 1.", .gauge,
                [MetricSample(labels: [MetricLabel(name: "version", value: Build.version)], value: 1)]),
            .gauge("slipgate_sessions", "Sessions, by their state.", by: "state", counts),
            .gauge("slipgate_sessions_limit", "Sessions that there may be.", limit),
            .gauge("slipgate_session_log_bytes", "What the logs of all sessions hold.", memory.bytes),
            .gauge("slipgate_session_log_limit_bytes", "What they may hold.", memory.limit),
            .gauge("slipgate_draining", "Whether it takes no more sessions, as it stops: 1, or 0.", isEnding ? 1 : 0),
        ] + memory.meter.families
    }
}

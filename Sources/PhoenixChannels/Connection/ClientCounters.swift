import Metrics

/// The counters of all connections of the process, made once: `phoenix_channels_*`, without topics, events or hosts.
struct ClientCounters: Sendable {
    /// Counters that differ in one dimension, whose values are few and known.
    struct Family: Sendable {
        private let counters: [String: Counter]
        private let other: Counter

        fileprivate init(_ label: String, _ dimension: String, _ values: [String], _ factory: any MetricsFactory) {
            func counter(_ value: String) -> Counter {
                Counter(label: label, dimensions: [(dimension, value)], factory: factory)
            }
            counters = Dictionary(uniqueKeysWithValues: values.map { ($0, counter($0)) })
            other = counter("other")
        }

        subscript(value: String) -> Counter { counters[value] ?? other }
    }

    /// Made at the first use, which comes after the process has bootstrapped swift-metrics.
    static let shared = ClientCounters(MetricsSystem.factory)

    let connects: Counter
    let connectFailures: Family
    let disconnects: Family
    let reconnects: Family
    let joins: Counter
    let joinFailures: Counter
    let rejoins: Family
    let channelErrors: Counter
    let messages: Counter
    let pushes: Counter
    let replies: Counter
    let repliesLost: Family
    let heartbeat: Timer

    init(_ factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter {
            Counter(label: "phoenix_channels_\(name)_total", factory: factory)
        }
        func family(_ name: String, _ dimension: String, _ values: [String]) -> Family {
            Family("phoenix_channels_\(name)_total", dimension, values, factory)
        }
        connects = counter("connects")
        connectFailures = family(
            "connect_failures", "kind",
            ["refused", "proxy_refused", "untrusted", "token_not_taken", "failed", "timed_out", "cancelled"])
        disconnects = family("disconnects", "cause", ["server", "network", "heartbeat", "requested"])
        reconnects = family("reconnects", "cause", ["server", "network", "heartbeat"])
        joins = counter("joins")
        joinFailures = counter("join_failures")
        rejoins = family("rejoins", "reason", ["reconnect", "channelError"])
        channelErrors = counter("channel_errors")
        messages = counter("messages_received")
        pushes = counter("pushes_sent")
        replies = counter("replies_received")
        repliesLost = family("replies_lost", "reason", ["disconnected", "channelCrashed", "channelClosed", "left"])
        heartbeat = Timer(label: "phoenix_channels_heartbeat_round_trip", factory: factory)
    }
}

extension Connection {
    /// Has the counters be there, at 0, before the first connection is.
    package static func prepareCounters() { _ = ClientCounters.shared }
}

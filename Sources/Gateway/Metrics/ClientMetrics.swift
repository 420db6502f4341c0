package import CoreMetrics
import PhoenixChannels
import Synchronization

/// The counters of the process's Phoenix clients, which record through swift-metrics: `phoenix_channels_*` there,
/// `slipgate_upstream_*` at `/metrics`.
package final class ClientMetrics: MetricsFactory, Sendable {
    private enum Handler {
        case counter(MetricCounter)
        case histogram(MetricHistogram)

        func samples(_ labels: [MetricLabel]) -> [MetricSample] {
            switch self {
            case .counter(let counter): [MetricSample(labels: labels, value: Double(counter.value))]
            case .histogram(let histogram): histogram.samples(labels)
            }
        }

        var kind: MetricFamily.Kind {
            switch self {
            case .counter: .counter
            case .histogram: .histogram
            }
        }
    }

    private struct Series {
        let name: String
        let labels: [MetricLabel]
        let handler: Handler
    }

    private static let clientPrefix = "phoenix_channels_"
    private static let prefix = "slipgate_upstream_"

    private let series = Mutex<[Series]>([])

    package init() {}

    /// What this process's clients count, from the first call on; they must not have counted anything before.
    package static let ofThisProcess: ClientMetrics = {
        let metrics = ClientMetrics()
        MetricsSystem.bootstrap(metrics)
        Connection.prepareCounters()
        return metrics
    }()

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let counter = MetricCounter()
        return add(label, dimensions, .counter(counter)) ? counter : NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let histogram = MetricHistogram()
        return add(label + "_seconds", dimensions, .histogram(histogram)) ? histogram : NOOPMetricsHandler.instance
    }

    /// The client has none.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }

    /// They stay as long as the process.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// - Returns: whether it is one of the client's: other libraries' are not ours to show.
    private func add(_ label: String, _ dimensions: [(String, String)], _ handler: Handler) -> Bool {
        guard label.hasPrefix(Self.clientPrefix) else { return false }
        let name = Self.prefix + label.dropFirst(Self.clientPrefix.count)
        let labels = dimensions.map { MetricLabel(name: $0, value: $1) }
        series.withLock { $0.append(Series(name: name, labels: labels, handler: handler)) }
        return true
    }

    package var families: [MetricFamily] {
        let all = series.withLock { $0 }
        var names: [String] = []
        for one in all where !names.contains(one.name) { names.append(one.name) }
        return names.compactMap { name in
            let own = all.filter { $0.name == name }
            guard let kind = own.first?.handler.kind else { return nil }
            let help = Self.help[name.dropFirst(Self.prefix.count).description] ?? "Counted by the Phoenix client."
            return MetricFamily(name, help, kind, own.flatMap { $0.handler.samples($0.labels) })
        }
    }

    private static let help = [
        "connects_total": "Websockets to Phoenix servers that were opened.",
        "connect_failures_total": "Attempts to open one that failed, by what went wrong.",
        "disconnects_total": "Websockets that ended, by the cause.",
        "reconnects_total": "Websockets that ended and are opened again, by the cause of the end.",
        "joins_total": "Topics joined for the first time.",
        "join_failures_total": "Joins that failed.",
        "rejoins_total": "Topics joined anew, by the reason; what was sent to them meanwhile is lost.",
        "channel_errors_total": "Channels that crashed.",
        "messages_received_total": "Messages that servers have pushed.",
        "pushes_sent_total": "Messages that were written to servers, joins and leaves aside.",
        "replies_received_total": "Replies to them.",
        "replies_lost_total": "Replies that can't come any more, by the reason.",
        "heartbeat_round_trip_seconds": "Between a heartbeat and its answer.",
    ]
}

import Synchronization

/// All that `/metrics` shows: who counts something says here how to read it.
package final class MetricsRegistry: Sendable {
    package typealias Source = @Sendable () -> [MetricFamily]

    private let sources = Mutex<[Source]>([])

    package init() {}

    /// Adds what a source has, in the order in which sources were added; it is asked at each read.
    package func add(_ source: @escaping Source) { sources.withLock { $0.append(source) } }

    package var families: [MetricFamily] { sources.withLock { $0 }.flatMap { $0() } }

    /// Prometheus's text format, version 0.0.4.
    package var text: String {
        var text = ""
        for family in families { family.append(to: &text) }
        return text
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}

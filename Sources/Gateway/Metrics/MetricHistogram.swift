import CoreMetrics
import Synchronization

/// How often durations came, by their size; from any thread: two atomic adds.
package final class MetricHistogram: Sendable, TimerHandler {
    /// Upper bounds in nanoseconds: from what an answer at once takes to more than any wait.
    private static let bounds: [Int] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000,
        60_000_000_000,
    ]

    /// One for each bound, and one for what is beyond the last.
    private let cells = InlineArray<19, Atomic<Int>> { _ in Atomic(0) }
    private let sum = Atomic<Int>(0)

    package init() {}

    package func observe(_ duration: Duration) { recordNanoseconds(Int64(clamping: Int(duration / .nanoseconds(1)))) }

    package func recordNanoseconds(_ nanoseconds: Int64) {
        let nanoseconds = Int(nanoseconds)
        let index = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        cells[index].add(1, ordering: .relaxed)
        sum.add(nanoseconds, ordering: .relaxed)
    }

    /// How many durations came.
    package var count: Int { counts.reduce(0, +) }

    private var counts: [Int] { cells.indices.map { cells[$0].load(ordering: .relaxed) } }

    /// The buckets, each with those below it, the sum in seconds, and the count.
    func samples(_ labels: [MetricLabel]) -> [MetricSample] {
        var samples: [MetricSample] = []
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < Self.bounds.count ? MetricSample.text(Double(Self.bounds[index]) / 1e9) : "+Inf"
            let label = MetricLabel(name: "le", value: bound)
            samples.append(MetricSample(suffix: "_bucket", labels: labels + [label], value: Double(total)))
        }
        let seconds = Double(sum.load(ordering: .relaxed)) / 1e9
        samples.append(MetricSample(suffix: "_sum", labels: labels, value: seconds))
        samples.append(MetricSample(suffix: "_count", labels: labels, value: Double(total)))
        return samples
    }
}

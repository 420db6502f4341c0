/// One number of a metric.
package struct MetricSample: Sendable {
    /// What is put behind the metric's name: `_bucket`, `_sum` and `_count` of a histogram.
    var suffix = ""
    package var labels: [MetricLabel] = []
    package let value: Double

    /// As Prometheus reads it, whole numbers without a fraction.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}

/// A name that a number has; its values are few and known, and never come from a client.
package struct MetricLabel: Sendable, Equatable {
    package let name: String
    package let value: String

    var escapedValue: String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// What one name of a metric has to show at one moment.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package let name: String
    /// A sentence.
    package let help: String
    package let kind: Kind
    package let samples: [MetricSample]

    init(_ name: String, _ help: String, _ kind: Kind, _ samples: [MetricSample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A number that goes up and down.
    package static func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) -> MetricFamily {
        MetricFamily(name, help, .gauge, [MetricSample(value: Double(value))])
    }

    /// A number that goes up and down, for each value of a label.
    package static func gauge(
        _ name: String, _ help: String, by label: String, _ values: [(String, Int)]
    ) -> MetricFamily {
        MetricFamily(
            name, help, .gauge,
            values.map { MetricSample(labels: [MetricLabel(name: label, value: $0)], value: Double($1)) })
    }

    /// A number that only grows.
    package static func counter(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily(name, help, .counter, [MetricSample(value: Double(value))])
    }

    /// A number that only grows, for each value of a label.
    static func counter(
        _ name: String, _ help: String, by label: String, _ values: [(String, MetricCounter)]
    ) -> MetricFamily {
        MetricFamily(
            name, help, .counter,
            values.map { MetricSample(labels: [MetricLabel(name: label, value: $0)], value: Double($1.value)) })
    }

    /// As Prometheus reads it (text format 0.0.4).
    func append(to text: inout String) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name + sample.suffix
            if !sample.labels.isEmpty {
                text += "{" + sample.labels.map { "\($0.name)=\"\($0.escapedValue)\"" }.joined(separator: ",") + "}"
            }
            text += " \(MetricSample.text(sample.value))\n"
        }
    }
}

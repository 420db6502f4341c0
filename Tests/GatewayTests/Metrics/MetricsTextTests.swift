import HTTPCore
import HTTPTypes
import CoreMetrics
import TestSupport
import Testing

@testable import Gateway

/// The numbers, and the text that Prometheus reads.
@Suite struct MetricsTextTests {
    private func text(_ family: MetricFamily) -> String {
        let registry = MetricsRegistry()
        registry.add { [family] }
        return registry.text
    }

    @Test func aFamilyHasItsHelpItsTypeAndANumberALine() {
        #expect(
            text(.gauge("slipgate_x", "What x is.", by: "state", [("a", 1), ("b", 2)]))
                == "# HELP slipgate_x What x is.\n# TYPE slipgate_x gauge\nslipgate_x{state=\"a\"} 1\nslipgate_x{state=\"b\"} 2\n"
        )
        #expect(text(.counter("slipgate_y_total", "What y is.", 7)).hasSuffix("\nslipgate_y_total 7\n"))
    }

    @Test func aFamilyWithoutNumbersIsLeftOut() {
        #expect(text(MetricFamily("slipgate_x", "What x is.", .counter, [])) == "")
    }

    @Test func whatWouldEndALabelsValueIsEscaped() {
        let label = MetricLabel(name: "a", value: "x\"\\\ny")
        let family = MetricFamily("m", "h", .gauge, [MetricSample(labels: [label], value: 0.5)])
        #expect(text(family).hasSuffix("m{a=\"x\\\"\\\\\\ny\"} 0.5\n"))
    }

    @Test func aHistogramsBucketsHoldThoseBelowThemToo() {
        let histogram = MetricHistogram()
        for time in [Duration.microseconds(100), .microseconds(101), .seconds(2), .seconds(100)] {
            histogram.observe(time)
        }
        let samples = histogram.samples([])
        func bucket(_ bound: String) -> Double? {
            samples.first { $0.labels == [MetricLabel(name: "le", value: bound)] }?.value
        }
        #expect(bucket("0.0001") == 1 && bucket("0.00025") == 2)
        #expect(bucket("1") == 2 && bucket("2.5") == 3 && bucket("60") == 3 && bucket("+Inf") == 4)
        #expect(samples.first { $0.suffix == "_count" }?.value == 4)
        #expect(samples.first { $0.suffix == "_sum" }?.value == 102.000201)
    }

    @Test func addsFromManyThreadsAreAllThere() async {
        let counter = MetricCounter()
        let histogram = MetricHistogram()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    for _ in 0..<1_000 {
                        counter.add()
                        histogram.observe(.milliseconds(3))
                    }
                }
            }
        }
        #expect(counter.value == 8_000 && histogram.count == 8_000)
    }

    @Test func theClientsCountersComeUnderOurNameAndNoOtherLibrarys() {
        let metrics = ClientMetrics()
        CoreMetrics.Counter(label: "phoenix_channels_connects_total", factory: metrics).increment(by: 3)
        for cause in ["server", "network"] {
            CoreMetrics.Counter(
                label: "phoenix_channels_reconnects_total", dimensions: [("cause", cause)], factory: metrics
            )
            .increment()
        }
        CoreMetrics.Timer(label: "phoenix_channels_heartbeat_round_trip", factory: metrics).recordMilliseconds(20)
        CoreMetrics.Counter(label: "another_librarys_total", factory: metrics).increment()
        let registry = MetricsRegistry()
        registry.add { metrics.families }
        let text = registry.text
        #expect(text.contains("\nslipgate_upstream_connects_total 3\n"))
        #expect(text.contains("\nslipgate_upstream_reconnects_total{cause=\"network\"} 1\n"))
        #expect(text.contains("\nslipgate_upstream_heartbeat_round_trip_seconds_bucket{le=\"0.025\"} 1\n"))
        #expect(!text.contains("another") && !text.contains("Counted by the Phoenix client"))
    }

    @Test func theProcesssFiguresAreThere() throws {
        let figures = ProcessFigures.ofThisProcess.families
        let families = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.samples[0].value) })
        #expect(
            Set(families.keys)
                == [
                    "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
                    "process_start_time_seconds", "process_open_fds", "process_max_fds",
                ])
        let memory = try #require(families["process_resident_memory_bytes"])
        #expect(memory > 1_000_000 && memory < families["process_virtual_memory_bytes"] ?? 0)
        let (open, most) = (try #require(families["process_open_fds"]), try #require(families["process_max_fds"]))
        #expect(open >= 3 && open <= most)
        // Not before this was written, and not in the future.
        let now = Double(SystemTime().wallMilliseconds()) / 1_000
        let start = try #require(families["process_start_time_seconds"])
        #expect(start > 1_790_000_000 && start <= now + 1 && start > now - 86_400)
        #expect(families["process_cpu_seconds_total"] ?? 0 > 0)
    }
}

import ArgumentParser
import Glibc

/// Measures the client beside a bare NIOWebSocket client, in interleaved rounds against a running demo server.
@main
struct ClientBenchmark: AsyncParsableCommand {
    /// What one client did in one round; seconds.
    private struct Measurement {
        var p50 = 0.0
        var rate = 0.0
        /// This process's, a message at 64 in flight.
        var cpu = 0.0
        var burst = 0.0
    }

    private static let window = 64
    private static let burstCount = 10_000
    private static let burstSize = 16

    @Option(help: "The demo server's port.") var port: Int
    @Option(help: "Rounds, beside one to warm up.") var rounds = 5
    @Option(help: "Sequential pushes a round.") var roundTrips = 5_000
    @Option(help: "Pushes at 64 in flight a round.") var messages = 128_000

    func run() async throws {
        let clients: [(name: String, client: any BenchmarkedClient)] = [
            ("bare NIOWebSocket", try await BareClient(port: port)),
            ("callback core", try await CoreClient(port: port)), ("async face", try await AsyncClient(port: port)),
        ]
        var measured = clients.map { _ in [Measurement]() }
        for round in 0...rounds {
            for place in clients.indices {
                // Each is first, second and last in turn.
                let index = (place + round) % clients.count
                let result = try await measure(clients[index].client)
                if round > 0 { measured[index].append(result) }
            }
            print(round == 0 ? "warmed up" : "round \(round) of \(rounds) done")
        }
        report(clients.map(\.name), measured)
    }

    private func measure(_ client: any BenchmarkedClient) async throws -> Measurement {
        let watch = ContinuousClock()
        var result = Measurement()
        result.p50 = Self.median(try await client.roundTrips(roundTrips).map { $0 / .seconds(1) })
        let count = messages / Self.window * Self.window
        let cpu = Glibc.clock()
        let time = try await watch.measure { try await client.inFlight(count, window: Self.window) }
        result.cpu = Double(Glibc.clock() - cpu) / Double(CLOCKS_PER_SEC) / Double(count)
        result.rate = Double(count) / (time / .seconds(1))
        result.burst =
            try await watch.measure { try await client.burst(Self.burstCount, size: Self.burstSize) } / .seconds(1)
        return result
    }

    private func report(_ names: [String], _ measured: [[Measurement]]) {
        print("\n" + Self.row("", "p50, 1 in flight", "messages/s, 64 in flight", "CPU a message", "10,000 of 16 B"))
        for (name, results) in zip(names, measured) {
            let p50 = Self.median(results.map(\.p50)) * 1e6
            let burst = Self.median(results.map(\.burst)) * 1e3
            print(
                Self.row(
                    name, "\(Self.text(p50, 1)) us", Self.text(Self.median(results.map(\.rate)), 0),
                    "\(Self.text(Self.median(results.map(\.cpu)) * 1e6, 1)) us", "\(Self.text(burst, 1)) ms"))
        }
        print()
        for index in names.indices.dropFirst() {
            let pairs = Array(zip(measured[index], measured[0]))
            func ratio(_ figure: KeyPath<Measurement, Double>) -> String {
                Self.text(Self.median(pairs.map { $0[keyPath: figure] / $1[keyPath: figure] }), 2)
            }
            print(
                "\(names[index]) / bare: p50 \(ratio(\.p50)), messages/s \(ratio(\.rate)), CPU a message "
                    + "\(ratio(\.cpu)), time of the burst \(ratio(\.burst))")
        }
        print("aims, for the callback core: p50 1.15 or less, messages/s 1 or more")
    }

    private static func row(_ name: String, _ columns: String...) -> String {
        columns.reduce(name + String(repeating: " ", count: max(0, 20 - name.count))) { row, column in
            row + String(repeating: " ", count: max(2, 26 - column.count)) + column
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
    }

    /// A number with so many decimals.
    private static func text(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (value * scale).rounded() / scale
        return decimals == 0 ? "\(Int(rounded))" : "\(rounded)"
    }
}

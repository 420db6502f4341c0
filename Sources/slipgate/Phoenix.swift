import ArgumentParser
import DemoPhoenix

/// `slipgate phoenix`: the demo channel server alone.
struct Phoenix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the demo channel server alone, to try the gateway or a client against.")

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 4000

    func run() async throws {
        let phoenix = try await RunningPhoenix(port: port)
        try await Run.untilSignalled([phoenix], announcing: ["Demo Phoenix listens on \(phoenix.url)"])
    }
}

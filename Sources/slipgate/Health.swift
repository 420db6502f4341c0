import ArgumentParser
import MicroHTTPD
import Settings

/// `slipgate health`: for a container's HEALTHCHECK.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the gateway on this machine whether it runs; exit 0 if it does, else 1.")

    @Flag(help: "Ask whether it takes new sessions (/readyz), and not just whether it runs (/livez).")
    var ready = false

    @OptionGroup var options: GatewayOptions

    /// Less than a container runtime's patience, so that this process never outlives a probe.
    private static let patience = Duration.seconds(2)

    func run() async throws {
        let (host, port) = try await options.healthListener()
        let status = HealthProbe.status(
            host: host, port: port, path: ready ? "/readyz" : "/livez", within: Self.patience)
        guard status == 200 else {
            print("\(host) port \(port): \(status.map { "status \($0)" } ?? "no answer")")
            throw ExitCode.failure
        }
    }
}

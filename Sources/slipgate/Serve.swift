import ArgumentParser
import Settings

/// `slipgate serve`: the gateway.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the gateway.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        let gateway = try await RunningGateway(try await options.effective().settings)
        try await Run.untilSignalled([gateway], announcing: ["Slipgate listens on \(gateway.url)"])
    }
}

import ArgumentParser
import Settings
import Supervision

/// `slipgate serve`: the gateway.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the gateway.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        let gateway = try await RunningGateway(options.effective().settings)
        try await Run.untilSignalled([gateway], announcing: gateway.lines, isAlive: { gateway.isAlive })
    }
}

import ArgumentParser
import Settings
import Supervision

/// `slipgate serve`: the gateway.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the gateway.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        let settings = try await options.effective().settings
        let gateway = try await RunningGateway(settings)
        try await Run.untilSignalled(
            [gateway], announcing: gateway.lines, format: settings.logFormat, isAlive: { gateway.isAlive })
    }
}

import ArgumentParser

/// `slipgate serve`: the gateway.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the gateway.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        let gateway = try RunningGateway(options)
        Output.line("Slipgate listens on \(gateway.url)")
        try await Run.untilSignalled([gateway])
    }
}

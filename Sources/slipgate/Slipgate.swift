import ArgumentParser
import Gateway

/// The command line: `slipgate serve`, `slipgate phoenix`, `slipgate demo`.
@main
struct Slipgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipgate",
        abstract: "An HTTP gateway to Phoenix Channels.",
        discussion: "SIGINT and SIGTERM answer whoever waits, close every websocket and exit 0.",
        version: Build.version,
        subcommands: [Serve.self, Phoenix.self, Demo.self, Config.self, Health.self, Token.self])
}

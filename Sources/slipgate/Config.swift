import ArgumentParser
import Settings

/// `slipgate config`: what a gateway would be run with.
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its value and where it comes from, as a file for --config.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        try StandardStream.write(await options.effective().text)
    }
}

import Access
import ArgumentParser
import Settings
import Supervision

/// `slipgate demo`: the gateway and the demo channel server in one process.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway and the demo channel server together, and print what to try.")

    @OptionGroup var options: GatewayOptions

    @Option(help: "The demo channel server's port; 0 takes a free one.")
    var phoenixPort: UInt16 = 4000

    func run() async throws {
        let settings = try await options.effective().settings
        let phoenix = try await RunningPhoenix(port: phoenixPort)
        let gateway = try await RunningGateway(settings)
        // The gateway stops first: it closes its websockets while their server is still there.
        try await Run.untilSignalled(
            [phoenix, gateway],
            announcing: gateway.lines + [
                "Demo Phoenix listens on \(phoenix.url)",
                Self.firstSteps(
                    gateway: gateway.url, phoenix: phoenix.url,
                    curl: settings.access.files.isEmpty ? "curl -s" : #"curl -s -H "Authorization: Bearer $TOKEN""#),
            ], format: settings.logFormat)
    }

    private static func firstSteps(gateway: String, phoenix: String, curl: String) -> String {
        """
        Try:
          ID=$(\(curl) \(gateway)/sessions -d '{"uri":"\(phoenix)"}' | jq -r .id)
          \(curl) -X PUT \(gateway)/sessions/$ID/topics/rooms:lobby
          \(curl) "\(gateway)/sessions/$ID/topics/rooms:lobby/push?wait=5s" -d '{"event":"ping"}'
        """
    }
}

import ArgumentParser
import DemoPhoenix
import Supervision

/// `slipgate phoenix`: the demo channel server alone.
struct Phoenix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the demo channel server alone, to try the gateway or a client against.")

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 4000

    @Flag(
        help: ArgumentHelp(
            "Let anybody make the server misbehave by POST /control/….",
            discussion: """
                kill-transports, half-open, garbage?kind=text|utf8|short|binary|frame, close?code=1012, ping?data=: to \
                every socket, with ?one-in=3 to every third, with ?id=user_socket:7 to those of that user_id. \
                drain, disconnect?id=, crash-channels?topic=, broadcast?topic=&event= with the payload as the body. \
                stall?for=2s, delay?for=500ms, slow-join?for=500ms (0s ends the latter two), \
                refuse?status=429&retry-after=1&count=5. Each answers {"count":n}: how many it concerned.
                """))
    var control = false

    @Option(help: "Append a line of JSON to this file for whatever is sent or received on a channel.")
    var sequence: String?

    @Option(help: "Serve wss with this certificate, a PEM file; needs --tls-key.")
    var tlsCertificate: String?

    @Option(help: "The certificate's key, a PEM file.")
    var tlsKey: String?

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key need each other.")
        }
    }

    func run() async throws {
        var options = DemoOptions(hasControl: control, sequenceFile: sequence)
        if let tlsCertificate, let tlsKey {
            options.tls = DemoOptions.TLSFiles(certificate: tlsCertificate, key: tlsKey)
        }
        let phoenix = try await RunningPhoenix(port: port, options: options)
        try await Run.untilSignalled([phoenix], announcing: ["Demo Phoenix listens on \(phoenix.url)"])
    }
}

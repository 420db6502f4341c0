import ArgumentParser
import Logging

/// What `serve` and `demo` take.
struct GatewayOptions: ParsableArguments {
    @Option(help: "The address to listen on: 127.0.0.1, another of 127.0.0.0/8, or ::1.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 8080

    @Flag(help: "Let sessions connect to any host, not just to this machine's loopback.")
    var allowAnyUpstream = false

    @Option(
        help: "trace, debug, info, notice, warning, error or critical; logs go to standard error.",
        transform: Self.level)
    var logLevel = Logger.Level.notice

    func validate() throws {
        guard Self.isLoopback(host) else {
            throw ValidationError(
                "--host \(host) is refused: without access control the gateway listens on loopback only. "
                    + "Use 127.0.0.1 or ::1.")
        }
    }

    private static func level(_ name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name) else {
            throw ValidationError("'\(name)' is not one of \(Logger.Level.allCases.map(\.rawValue)).")
        }
        return level
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "::1" || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
    }
}

import Foundation
import TestSupport
import Testing

/// What the README's commands are run against, on ports that were free, in a folder of their own.
final class ReadmeDemo: Sendable {
    let folder: URL
    let gateway: Int
    private let phoenix: Int
    private let slipgate: Slipgate

    /// The gateway has these flags beside its ports.
    ///
    /// Heartbeats are rare, for they take refs, of which the README prints some; yet who is silent for a minute is cut off.
    init(_ arguments: String...) throws {
        slipgate = try Slipgate(
            ["demo", "--port", "0", "--phoenix-port", "0", "--heartbeat-interval", "50s"] + arguments, lines: 2)
        gateway = try slipgate.port(0)
        phoenix = try slipgate.port(1)
        folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The text with the ports as they are here; a gateway behind another port can be given.
    func readdressed(_ text: String, gateway: Int? = nil) -> String {
        text.replacing("127.0.0.1:8080", with: "127.0.0.1:\(gateway ?? self.gateway)")
            .replacing("127.0.0.1:4000", with: "127.0.0.1:\(phoenix)")
    }

    /// Runs the steps one after another in one shell, and compares what each prints; a gateway behind another port can be
    /// given.
    func run(_ steps: [ReadmeSection.Step], gateway: Int? = nil) throws {
        let mark = "----- the next step"
        let script = readdressed(
            steps.map(\.commands).joined(separator: "\necho\necho '\(mark)'\n"), gateway: gateway)
        let result = try Slipgate.run(
            URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", "cd '\(folder.path)'\n\(script)"])
        #expect(result.status == 0, "\(result.errors)")
        let printed = result.output.components(separatedBy: mark)
        #expect(printed.count == steps.count)
        for (step, text) in zip(steps, printed) {
            #expect(ReadmeSection.masked(text) == ReadmeSection.masked(step.printed), "after\n\(step.commands)")
        }
    }
}

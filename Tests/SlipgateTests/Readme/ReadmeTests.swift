import Foundation
import TestSupport
import Testing

/// The README's walk-through, run as a reader would.
@Suite(.timeLimit(.minutes(10))) struct ReadmeTests {
    @Test func theWalkThroughPrintsWhatItSays() throws {
        let section = try ReadmeSection("## Walk-through")
        let steps = section.steps
        #expect(section.blocks.map(\.language) == steps.flatMap { _ in ["sh", "json"] })
        #expect(steps.count >= 10)
        #expect(steps.first?.commands.hasPrefix("S=http://127.0.0.1:8080\n") == true)
        try ReadmeDemo().run(steps)
    }

    @Test func readsAndFiltersPrintWhatTheySay() throws {
        let section = try ReadmeSection("## Reads and filters")
        let steps = section.steps
        #expect(section.blocks.map(\.language) == steps.flatMap { _ in ["sh", "json"] })
        #expect(steps.count >= 5)
        #expect(steps.first?.commands.hasPrefix("S=http://127.0.0.1:8080\n") == true)
        try ReadmeDemo().run(steps)
    }

    @Test func theDemosThreeLinesWork() throws {
        let slipgate = try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 6)
        #expect(slipgate.firstLines[2] == "Try:")
        let result = try Slipgate.run(
            URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", slipgate.firstLines[3...].joined(separator: "\n")])
        #expect(result.status == 0)
        #expect(result.output.contains(#"{"status":"ok","response":{"pong":"pong"}"#))
    }
}

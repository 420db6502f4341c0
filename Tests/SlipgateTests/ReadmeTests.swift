import Foundation
import TestSupport
import Testing

/// The README's walk-through, run as a reader would.
@Suite(.timeLimit(.minutes(10))) struct ReadmeTests {
    /// A block of commands, and what they print.
    private struct Step {
        let commands: String
        let printed: String
    }

    private func steps() throws -> [Step] {
        let readme = try String(contentsOf: Slipgate.root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(readme.range(of: "## Walk-through\n"))
        let end = try #require(readme.range(of: "\n## ", range: start.upperBound..<readme.endIndex))
        var steps: [Step] = []
        let blocks = readme[start.upperBound..<end.lowerBound].components(separatedBy: "```").enumerated()
        for (index, block) in blocks where index % 2 == 1 {
            let lines = block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let text = lines.count == 2 ? String(lines[1]) : ""
            switch lines[0] {
            case "sh": steps.append(Step(commands: text, printed: ""))
            case "json":
                let last = steps.popLast()
                steps.append(Step(commands: last?.commands ?? "", printed: text))
            case let other: Issue.record("a block of '\(other)' in the walk-through")
            }
        }
        return steps
    }

    /// Ids, epochs and times as they can't be known; numbers of cursors and refs stay.
    private func masked(_ text: String) -> String {
        text.replacing(#/local\.[0-9A-Za-z]{22}/#, with: "local.ID")
            .replacing(#/\b[0-9A-Za-z]{8}-([0-9]+)\b/#) { "EPOCH-\($0.output.1)" }
            .replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z/#, with: "TIME")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func theWalkThroughPrintsWhatItSays() throws {
        let slipgate = try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 2)
        let steps = try steps()
        #expect(steps.count >= 10)
        #expect(steps.first?.commands.hasPrefix("S=http://127.0.0.1:8080\n") == true)
        let mark = "----- the next step"
        let script = steps.map(\.commands).joined(separator: "\necho\necho '\(mark)'\n")
            .replacing("S=http://127.0.0.1:8080", with: "S=http://127.0.0.1:\(try slipgate.port(0))")
            .replacing("127.0.0.1:4000", with: "127.0.0.1:\(try slipgate.port(1))")
        let result = try Slipgate.run(URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", script])
        #expect(result.status == 0, "\(result.errors)")
        let printed = result.output.components(separatedBy: mark)
        #expect(printed.count == steps.count)
        for (step, text) in zip(steps, printed) {
            #expect(masked(text) == masked(step.printed), "after\n\(step.commands)")
        }
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

import Foundation
import TestSupport
import Testing

/// What stands below one of the README's headings.
struct ReadmeSection {
    /// A block of code, and the language that its fence names.
    struct Block {
        let language: String
        let text: String
    }

    /// Commands, and what the README says that they print.
    struct Step {
        let commands: String
        let printed: String
    }

    let text: Substring

    /// Finds a heading such as `## Walk-through`; the section ends at the next one of its level or a higher one.
    init(_ heading: String) throws {
        let readme = try String(contentsOf: Slipgate.root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(readme.range(of: "\n\(heading)\n"), "no heading \(heading)")
        let rest = readme[start.upperBound...]
        let level = heading.prefix { $0 == "#" }.count
        let ends = (2...level).compactMap { rest.range(of: "\n\(String(repeating: "#", count: $0)) ")?.lowerBound }
        text = rest[..<(ends.min() ?? rest.endIndex)]
    }

    var blocks: [Block] {
        text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map { _, block in
            let lines = block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return Block(language: String(lines[0]), text: lines.count == 2 ? String(lines[1]) : "")
        }
    }

    /// The blocks in `sh`, each with the block in `json` behind it.
    var steps: [Step] {
        var steps: [Step] = []
        for block in blocks {
            switch block.language {
            case "sh": steps.append(Step(commands: block.text, printed: ""))
            case "json": steps.append(Step(commands: steps.popLast()?.commands ?? "", printed: block.text))
            default: break
            }
        }
        return steps
    }

    /// Ids, epochs and times as they can't be known; numbers of cursors and refs stay.
    static func masked(_ text: String) -> String {
        text.replacing(#/local\.[0-9A-Za-z]{22}/#, with: "local.ID")
            .replacing(#/\b[0-9A-Za-z]{8}-(r?[0-9]+)\b/#) { "EPOCH-\($0.output.1)" }
            .replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z/#, with: "TIME")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

import Foundation
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// The README's "Problems": its tables are what the code has.
@Suite struct ProblemTableTests {
    /// The cells of the rows of one of the section's tables, which has this heading.
    private func rows(_ heading: String) throws -> [[String]] {
        let readme = try String(contentsOf: Slipgate.root.appending(path: "README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "\n## Problems\n").last)
        let table = try #require(section.components(separatedBy: "\n\(heading)\n|---|").dropFirst().first)
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().prefix { !$0.isEmpty }
        return lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// Of the server, and of faults: no request's own answer has them.
    private static let others = [
        "method-not-allowed": "405 no", "expectation-failed": "417 no", "headers-too-large": "431 no",
        "request-timeout": "408 yes", "internal": "500 no",
    ]

    @Test func theTableHasEachCodeOfTheCodeAndNoOtherWithItsStatusAndWhetherToTryAgain() throws {
        var expected = Self.others
        for (code, rows) in Dictionary(grouping: ProblemCatalogueTests.all, by: \.code) {
            let answers = Set(rows.map(\.problem.retryable))
            let status = try #require(rows.first).problem.status.code
            #expect(rows.allSatisfy { $0.problem.status.code == status })
            expected[code] = "\(status) \(answers.count == 2 ? "some" : answers == [true] ? "yes" : "no")"
        }
        #expect(Set(expected.keys) == ProblemCatalogueTests.codes)
        var found: [String: String] = [:]
        for cells in try rows("| type | status | retryable | what to do |") {
            #expect(cells.count == 4 && cells[3].hasSuffix("."))
            let code = cells[0].replacing("`", with: "")
            #expect(found.updateValue("\(cells[1]) \(cells[2])", forKey: code) == nil, "twice: \(code)")
        }
        #expect(Set(expected.keys).subtracting(found.keys) == [], "not in the table")
        #expect(Set(found.keys).subtracting(expected.keys) == [], "in the table, and not in the code")
        for (code, cells) in expected { #expect(found[code] == cells, "\(code)") }
    }

    @Test func theTableOfLimitsHasTheCodesFigures() throws {
        func count(_ number: Int) -> String {
            let digits = String(number)
            return digits.count > 3 ? "\(digits.dropLast(3)),\(digits.suffix(3))" : digits
        }
        func size(_ bytes: Int) -> String {
            bytes.isMultiple(of: 1 << 20) ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
        }
        func minutes(_ time: Duration) -> String { "\(Int(time / .seconds(60))) minutes" }
        let figures = [
            [count(Reader.maxWaiting)], [count(StateCondition.maxWaiting)], [count(ReplyTable.maxAwaited)],
            [count(ReplyTable.maxUnawaited)], [count(IdempotencyKeys.maxClients)],
            [minutes(KeyTable.lifetime), count(KeyTable.maxKeys), size(KeyTable.maxBytes)],
            [count(SharedSocket.maxTopics)], ["\(TopicName.maxBytes) bytes"], ["\(SessionName.maxBytes) characters"],
            ["\(JSONLimits.phoenix.maxDepth) levels"],
            [
                "\(PatternCompiler.maxLevels) levels", "\(size(ReadInput.maxQueryPattern)) in a query",
                "\(size(ReadInput.maxBodyPattern)) in a body",
            ],
            [count(ReadInput.limits.upperBound), "\(ReadInput.standardLimit) without"], [size(EventLog.maxPageBytes)],
            [size(TopicPresence.maxSessionBytes)],
            [count(SessionRegistry.maxEnded), minutes(SessionRegistry.memory)],
        ]
        let rows = try rows("| what | limit | past it |")
        #expect(rows.count == figures.count && KeyTable.partOfOne == 4)
        for (cells, figures) in zip(rows, figures) {
            let words = "\(cells[0]) \(cells[1])"
            for figure in figures { #expect(words.contains(figure), "\(cells[0]): \(figure)") }
            for code in cells[2].matches(of: #/`([a-z-]+)`/#).map({ String($0.output.1) }) {
                #expect(ProblemCatalogueTests.codes.contains(code) || code == "more", "\(code)")
            }
        }
    }
}

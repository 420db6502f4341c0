import Foundation
import TestSupport
import Testing

/// The README's table of what is defended against: the tests that it calls upon are there.
@Suite struct SecurityTableTests {
    /// Of each row the last cell's names.
    private func rows() throws -> [[String]] {
        try ReadmeSection("## Security").text.split(separator: "\n")
            .filter { $0.hasPrefix("| a") || $0.hasPrefix("| w") }
            .map { row in
                let cells = row.split(separator: "|")
                return try #require(cells.last { $0 != " " }).matches(of: #/`([^`]+)`/#).map { String($0.output.1) }
            }
    }

    @Test func eachDefenceHasATestThatIsThere() throws {
        let tests = Slipgate.root.appending(path: "Tests")
        let files = try #require(FileManager.default.subpaths(atPath: tests.path))
        let suites = Set(files.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        let rows = try rows()
        #expect(rows.count == 17)
        for names in rows {
            #expect(!names.isEmpty)
            for name in names {
                let isThere =
                    name.hasPrefix("Tests/")
                    ? files.contains(String(name.dropFirst(6))) : suites.contains("\(name).swift")
                #expect(isThere, "\(name)")
            }
        }
    }
}

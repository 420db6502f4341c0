import Foundation
import TestSupport
import Testing

/// The README's table of the endpoints against openapi.yaml.
@Suite struct EndpointTableTests {
    /// Of each row, as `GET /sessions/{}`, the statuses that it names.
    private func table() throws -> [String: Set<String>] {
        var rows: [String: Set<String>] = [:]
        for line in try ReadmeSection("## Endpoints").text.split(separator: "\n") where line.hasPrefix("| `") {
            let row = try #require(line.wholeMatch(of: #/\| `([A-Z]+ \/\S*)` \| [^|]+ \| ([^|]+) \|/#), "\(line)")
            let statuses = row.output.2.matches(of: #/\b[23][0-9]{2}\b/#).map { String($0.output) }
            #expect(!statuses.isEmpty, "\(line)")
            #expect(rows.updateValue(Set(statuses), forKey: anonymous(row.output.1)) == nil, "twice: \(line)")
        }
        return rows
    }

    /// Of each operation the statuses of success; none where it takes another's responses over.
    private func operations() throws -> [String: Set<String>] {
        let document = try String(contentsOf: Slipgate.root.appending(path: "openapi.yaml"), encoding: .utf8)
        let paths = try #require(document.components(separatedBy: "\npaths:\n").last)
        var operations: [String: Set<String>] = [:]
        var path = ""
        var operation = ""
        for line in try #require(paths.components(separatedBy: "\ncomponents:\n").first).split(separator: "\n") {
            if let found = line.wholeMatch(of: #/  (\/.*):/#) {
                path = anonymous(found.output.1)
            } else if let found = line.wholeMatch(of: #/    (get|put|post|delete|patch|head|options):/#) {
                operation = "\(found.output.1.uppercased()) \(path)"
                operations[operation] = []
            } else if let found = line.firstMatch(of: #/^ {8}"([23][0-9]{2})":/#) {
                operations[operation]?.insert(String(found.output.1))
            }
        }
        return operations
    }

    /// A path whose parameters have no names: a session is named by its id or by its name.
    private func anonymous(_ path: Substring) -> String { String(path).replacing(#/\{[a-z]+\}/#, with: "{}") }

    @Test func theTableHasEveryOperationOfTheContractAndNoOther() throws {
        let table = try table()
        let operations = try operations()
        #expect(Set(operations.keys).subtracting(table.keys) == [], "not in the table")
        #expect(Set(table.keys).subtracting(operations.keys) == [], "in the table, and not in the contract")
        #expect(operations.count >= 19)
        for (operation, statuses) in operations where !statuses.isEmpty {
            #expect(table[operation] == statuses, "\(operation)")
        }
    }
}

import Gateway
import TestSupport
import Testing

@testable import Access

/// What is warned of when the tokens file is read, at the start and anew.
@Suite struct RunningAccessTests {
    private static func entry(_ name: String, _ members: String) -> String {
        "- {name: \(name), sha256: \(TokenHash(of: name).hex)\(members)}\n"
    }

    private func access(_ file: TemporaryFile, _ log: RecordedLog) async throws -> RunningAccess {
        try await RunningAccess(
            AccessFiles(tokens: file.path, jwt: nil), endpoints: ["chat", "news"], time: SettableTime(),
            logger: log.logger())
    }

    @Test func aTokenThatListsAnEndpointThatThereIsNotIsWarnedOfAtTheStartAndAtAReload() async throws {
        let file = try TemporaryFile(
            Self.entry("ann", ", endpoints: [chat, caht, nwes]") + Self.entry("bob", ", endpoints: [news]")
                + Self.entry("carol", ""))
        let log = RecordedLog()
        let access = try await access(file, log)
        let warning = "A token lists an endpoint that the configuration has not. endpoint=caht,nwes token=ann"
        #expect(log.lines == ["warning \(warning)"])
        try file.write(Self.entry("dan", ", endpoints: [lost]"))
        await access.reload()
        #expect(
            log.lines.suffix(2) == [
                "notice Tokens and keys were read anew. keys=0 tokens=1",
                "warning A token lists an endpoint that the configuration has not. endpoint=lost token=dan",
            ])
        try file.write(Self.entry("dan", ", endpoints: [chat]"))
        await access.reload()
        #expect(log.lines.last == "notice Tokens and keys were read anew. keys=0 tokens=1")
        // A file that can't be taken changes nothing, and is told of alone.
        try file.write("- [")
        await access.reload()
        #expect(log.lines.last?.hasPrefix("error Tokens and keys stay as they were.") == true)
    }

    @Test func ofManySuchTokensTheFirstAreNamedAndTheRestCounted() async throws {
        let names = (0..<(RunningAccess.maxWarnings + 3)).map { "n\($0 + 100)" }
        let file = try TemporaryFile(names.map { Self.entry($0, ", endpoints: [lost]") }.joined())
        let log = RecordedLog()
        _ = try await access(file, log)
        #expect(log.lines.count == RunningAccess.maxWarnings + 1)
        #expect(log.lines.last == "warning Further tokens list endpoints that the configuration has not. tokens=3")
    }
}

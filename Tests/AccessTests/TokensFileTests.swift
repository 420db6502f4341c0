import HTTPCore
import Testing

@testable import Access

/// The tokens file: what it says, and what is said of one that can't be.
@Suite struct TokensFileTests {
    private static let hash = TokenHash(of: "secret").hex

    private func parse(_ text: String) throws(AccessError) -> [TokenHash: Principal] {
        try TokensFile.parse(text, named: "tokens.yaml")
    }

    private func refusal(_ text: String) -> String? {
        do throws(AccessError) {
            _ = try parse(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func anEntryWithANameAndAHashMayDoAllButReadTheFigures() throws {
        let tokens = try parse("- name: ann\n  sha256: \(Self.hash)\n")
        let principal = try #require(tokens[TokenHash(of: "secret")])
        #expect(tokens.count == 1 && principal == Principal(name: "ann", scopes: [.read, .write]))
        #expect(principal.endpoints == nil && principal.mayUseURIs)
    }

    @Test func anEntryMayBeNarrowed() throws {
        let tokens = try parse(
            """
            # The team's own.
            - name: dashboard@example.com
              sha256: ["\(Self.hash)", \(TokenHash(of: "next").hex)]
              endpoints: [chat, news]
              scopes: [read, metrics]
              quotas: {max_sessions: 3, requests_per_second: 0, max_waiters: 9}
            - name: tool
              sha256: \(TokenHash(of: "tool").hex)
              endpoints: []
              uris: true
            """)
        let expected = Principal(
            name: "dashboard@example.com", scopes: [.read, .metrics], endpoints: ["chat", "news"], mayUseURIs: false,
            quotas: Principal.Quotas(maxSessions: 3, requestsPerSecond: 0, maxWaiters: 9))
        #expect(tokens[TokenHash(of: "secret")] == expected && tokens[TokenHash(of: "next")] == expected)
        let tool = try #require(tokens[TokenHash(of: "tool")])
        #expect(tool.endpoints == [] && tool.mayUseURIs)
    }

    @Test func anEmptyListLetsNobodyIn() throws {
        #expect(try parse("[]").isEmpty)
    }

    @Test(arguments: [
        ("", "has no entries"), ("# nothing yet\n", "has no entries"),
        ("name: ann", "must be a list"), ("- ann", "entry 1: it must have members"), ("- [", "is not YAML"),
        ("- sha256: \(hash)", "entry 1: 'name' must have"), ("- name: a b\n  sha256: \(hash)", "'name' must have"),
        ("- name: a:b\n  sha256: \(hash)", "'name' must have"),
        ("- name: ann", "entry 1, 'ann': 'sha256' must be"),
        ("- name: ann\n  sha256: secret", "never the token itself"),
        ("- name: ann\n  sha256: []", "'sha256' must be"), ("- name: ann\n  sha256: [secret]", "'sha256' must be"),
        ("- name: ann\n  sha256: \(hash)\n  scope: [read]", "there is no member 'scope'"),
        ("- name: ann\n  sha256: \(hash)\n  scopes: [all]", "must be a list of these: read, write, metrics"),
        ("- name: ann\n  sha256: \(hash)\n  scopes: read", "'scopes' must be a list"),
        ("- name: ann\n  sha256: \(hash)\n  endpoints: chat", "'endpoints' must be a list"),
        ("- name: ann\n  sha256: \(hash)\n  uris: maybe", "'uris' must be true or false"),
        ("- name: ann\n  sha256: \(hash)\n  quotas: 3", "'quotas' must have members"),
        ("- name: ann\n  sha256: \(hash)\n  quotas: {sessions: 3}", "there is no member 'sessions'"),
        ("- name: ann\n  sha256: \(hash)\n  quotas: {max_sessions: -1}", "'max_sessions' must be a number"),
        ("- name: ann\n  sha256: \(hash)\n- name: ann\n  sha256: \(hash)", "two entries 'ann'"),
        ("- name: ann\n  sha256: \(hash)\n- name: bob\n  sha256: \(hash)", "'ann' and 'bob' have the same token"),
    ])
    func whatCanNotBeNamesTheFileAndTheEntryAndNoHash(_ text: String, _ words: String) throws {
        let error = try #require(refusal(text))
        #expect(error.hasPrefix("tokens.yaml") && error.contains(words), "\(error)")
        #expect(!error.contains(Self.hash) && !error.contains("secret"))
    }

    @Test(arguments: [
        ("- name: ann\n  sha256: \(hash)\n- ]", 3), ("- name: ann\n  sha256: \(hash)\n  name: bob", 1),
        ("- name: ann\n\tsha256: \(hash)", 2), ("# One.\n\n- ann", 3),
        ("- name: ann\n  sha256: \(hash)\n- sha256: \(hash)\n  name: b c", 4),
        ("# One.\n- name: ann\n  uris: true", 2), ("- name: ann\n  sha256:\n  - \(hash)\n  - secret", 3),
        ("- name: ann\n  sha256: \(hash)\n  scope: [read]", 3),
        ("- name: ann\n  sha256: \(hash)\n  quotas:\n    max_sessions: 1\n    sessions: 3", 5),
        ("- name: ann\n  sha256: \(hash)\n  quotas:\n    max_sessions: -1", 4),
        ("- name: ann\n  sha256: \(hash)\n\n- name: ann\n  sha256: \(hash)", 4),
        ("- name: ann\n  sha256: \(hash)\n  \(hash): [read]", 3), ("- name: ann\n  slipgate_secret secret: x", 2),
    ])
    func whatCanNotBeNamesItsLineAndNoSecret(_ text: String, _ line: Int) throws {
        let error = try #require(refusal(text))
        #expect(error.contains(", line \(line), entry ") || error.contains("is not YAML: line \(line)"), "\(error)")
        #expect(!error.contains(Self.hash) && !error.contains("secret"), "\(error)")
    }

    @Test(arguments: ["", " ", "a b", "a:b", "é", "~", "- x", "a\n- name: b", String(repeating: "a", count: 65)])
    func aNameThatNoEntryMayHaveGetsNoTokenAndIsToldWhatItMayBe(_ name: String) {
        let error = #expect(throws: AccessError.self) { try NewToken(name: name) }
        #expect(error?.description.hasPrefix("The name must have 1 to 64 characters of A-Z") == true, "\(error)")
    }

    @Test(arguments: ["@x", "-", "--", "123", "null", "True", ".5", "0x1F", "1e3", "_", ".", "a.b@c-d"])
    func anOddNameIsReadFromItsEntryAsItIs(_ name: String) throws {
        let new = try NewToken(name: name)
        #expect(try parse(new.entry)[TokenHash(of: new.token)]?.name == name, "\(new.entry)")
    }

    @Test func aNewTokenIsLongAndItsEntryLetsItIn() throws {
        let (first, second) = (try NewToken(name: "ann"), try NewToken(name: "ann"))
        #expect(first.token != second.token && first.token.hasPrefix("slipgate_") && first.token.count == 9 + 43)
        #expect(try parse(first.entry)[TokenHash(of: first.token)]?.name == "ann")
        #expect(!first.entry.contains(first.token))
    }
}

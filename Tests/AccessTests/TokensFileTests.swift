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
        ("name: ann", "must be a list"), ("- ann", "entry 1 must have members"), ("- [", "is not YAML"),
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

    @Test func aNewTokenIsLongAndItsEntryLetsItIn() throws {
        let (first, second) = (try NewToken(name: "ann"), try NewToken(name: "ann"))
        #expect(first.token != second.token && first.token.hasPrefix("slipgate_") && first.token.count == 9 + 43)
        #expect(try parse(first.entry)[TokenHash(of: first.token)]?.name == "ann")
        #expect(!first.entry.contains(first.token))
        #expect(throws: AccessError.self) { try NewToken(name: "a b") }
    }
}

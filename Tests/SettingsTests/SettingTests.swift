import Access
import Foundation
import Gateway
import MicroHTTPD
import Settings
import TestSupport
import Testing

/// Each setting by itself, and the places that list them all.
@Suite struct SettingTests {
    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: Slipgate.root.appending(path: path)), as: UTF8.self)
    }

    @Test func keysAreUniqueAndWrittenInSnakeCase() {
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        #expect(Setting.all.allSatisfy { $0.key.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
        #expect(Setting.all.allSatisfy { $0.summary.hasSuffix(".") && !$0.bound.isEmpty })
    }

    @Test(arguments: Setting.all)
    func theDefaultIsWithinTheBoundAndNonsenseIsNot(_ setting: Setting) async throws {
        let same = try await SettingsReader(flags: [setting.key: setting.standard], environment: [:], file: nil).read()
        #expect(same.sources.first { $0.setting.key == setting.key }?.source == "the command line")
        await #expect(throws: SettingsError.self) {
            _ = try await SettingsReader(flags: [setting.key: "\u{1}"], environment: [:], file: nil).read()
        }
    }

    @Test(arguments: [
        ("0.0.0.0", false), ("::", false), ("localhost", false), ("127.0.0.1.example.com", false), ("127.1", false),
        ("::1", true), ("127.0.0.2", true),
    ])
    func withoutAccessControlOnlyLoopbackIsListenedOn(_ host: String, _ isTaken: Bool) async throws {
        let effective = try? await SettingsReader(flags: ["host": host], environment: [:], file: nil).read()
        #expect((effective?.settings.server.host == host) == isTaken)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.0.1", "2001:db8::1", "127.0.0.1"])
    func withAccessControlAnyAddressIsListenedOn(_ host: String) async throws {
        let flags = [
            ["tokens_file": "tokens.yaml"], ["jwt_jwks": "keys.json", "jwt_issuer": "i", "jwt_audience": "a"],
        ]
        for flags in flags {
            let effective = try await SettingsReader(
                flags: flags.merging(["host": host]) { $1 }, environment: [:], file: nil
            ).read()
            #expect(effective.settings.server.host == host && !effective.settings.access.files.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("none", []), ("https://app.example.com", ["https://app.example.com"]),
            ("http://localhost:3000, https://[::1]:8443", ["http://localhost:3000", "https://[::1]:8443"]),
            ("*", nil), ("null", nil), ("https://App.example.com", nil), ("https://app.example.com/", nil),
            ("https://app.example.com:443", nil), ("https://app.example.com:99999", nil), ("app.example.com", nil),
            ("https://a.example.com,", nil),
        ] as [(String, [String]?)])
    func originsAreWrittenAsBrowsersDo(_ text: String, _ origins: [String]?) async throws {
        let effective = try? await SettingsReader(flags: ["cors_origins": text], environment: [:], file: nil).read()
        #expect(effective?.settings.gateway.corsOrigins == origins)
    }

    @Test(arguments: [("1500ms", false), ("1s", true), ("1h", true), ("500ms", false), ("61m", false)])
    func idleConnectionsAreKeptForWholeSeconds(_ text: String, _ isTaken: Bool) async throws {
        let effective = try? await SettingsReader(flags: ["keep_alive": text], environment: [:], file: nil).read()
        #expect((effective != nil) == isTaken)
    }

    @Test func theExampleFileHasEverySettingWithItsDefault() async throws {
        let printed = try await SettingsReader(flags: [:], environment: [:], file: nil).read().text
        #expect(try text("deploy/slipgate.example.yaml") == printed)
    }

    @Test func theReadmesTableHasEverySetting() throws {
        let rows = try text("README.md").split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("` | `--") }
        let expected = Setting.all.map { setting in
            "| `\(setting.key)` | `\(setting.flag)` | `\(setting.standard)` | \(setting.bound) | \(setting.summary) |"
        }
        #expect(rows.map(String.init) == expected)
    }

    @Test func aDurationIsWrittenAsItIsRead() {
        for text in ["0ms", "1ms", "1500ms", "5s", "90s", "2m", "1h", "24h"] {
            #expect(DurationText.parse(text).map(DurationText.format) == text)
        }
    }
}

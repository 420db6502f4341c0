import Foundation
import HTTPCore
import MicroHTTPD
import Settings
import Testing

/// A setting of several values, from each place.
@Suite struct SettingListTests {
    private func read(_ value: String?, file: String? = nil) async throws -> [String] {
        let path = URL.temporaryDirectory.appending(path: "slipgate-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        if let file { try Data(file.utf8).write(to: path) }
        let environment = value.map { ["SLIPGATE_TRUSTED_PROXIES": $0] } ?? [:]
        let effective = try await SettingsReader(
            flags: [:], environment: environment, file: file == nil ? nil : path.path()
        ).read()
        return effective.settings.server.trustedProxies.entries.map(\.text)
    }

    @Test func commasStandBetweenValuesInTheEnvironmentAndOnTheCommandLine() async throws {
        #expect(try await read("loopback, 10.0.0.0/8") == ["loopback", "10.0.0.0/8"])
        #expect(try await read("none") == [])
        let flags = ["trusted_proxies": "loopback,::1"]
        let effective = try await SettingsReader(flags: flags, environment: [:], file: nil).read()
        #expect(effective.settings.server.trustedProxies.entries.map(\.text) == ["loopback", "::1"])
    }

    @Test(arguments: [
        ("trusted_proxies: [loopback, 10.0.0.0/8]", ["loopback", "10.0.0.0/8"]),
        ("trusted_proxies:\n- '::1'\n", ["::1"]), ("trusted_proxies: []", []), ("trusted_proxies: none", []),
        ("trusted_proxies: loopback,10.0.0.0/8", ["loopback", "10.0.0.0/8"]),
    ])
    func theFileMayHaveAList(_ text: String, _ values: [String]) async throws {
        #expect(try await read(nil, file: text) == values)
    }

    @Test(arguments: ["loopback,", "10.0.0.1/8", "a.example", "loopback;::1"])
    func oneValueThatCanNotBeIsToldWithTheOthers(_ text: String) async {
        await #expect(throws: SettingsError.self) { try await read(text) }
    }
}

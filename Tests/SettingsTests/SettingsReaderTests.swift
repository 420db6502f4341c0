import Foundation
import Gateway
import Logging
import MicroHTTPD
import Settings
import Testing

/// Flags, environment and file, and which of them holds.
@Suite struct SettingsReaderTests {
    private func read(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) async throws -> SettingsReader.Effective {
        let path = URL.temporaryDirectory.appending(path: "slipgate-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        if let file { try Data(file.utf8).write(to: path) }
        return try await SettingsReader(
            flags: flags, environment: environment, file: file == nil ? nil : path.path()
        ).read()
    }

    private func refusal(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) async -> String {
        do {
            _ = try await read(flags: flags, environment: environment, file: file)
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    private func source(_ key: String, in effective: SettingsReader.Effective) -> String? {
        effective.sources.first { $0.setting.key == key }?.source
    }

    @Test func withNothingGivenTheDefaultsHold() async throws {
        let effective = try await read()
        #expect(effective.settings.server.port == 8080 && effective.settings.gateway.maxWait == .seconds(55))
        #expect(effective.sources.count == Setting.all.count && effective.sources.allSatisfy { $0.source == "default" })
    }

    @Test func aFlagComesBeforeTheEnvironmentAndThatBeforeTheFile() async throws {
        let file = "port: 1\nmax_wait: 30s\nlog_level: debug\n"
        let environment = ["SLIPGATE_PORT": "2", "SLIPGATE_MAX_WAIT": "40s", "PORT": "9"]
        let effective = try await read(flags: ["port": "3"], environment: environment, file: file)
        #expect(effective.settings.server.port == 3 && source("port", in: effective) == "the command line")
        #expect(effective.settings.gateway.maxWait == .seconds(40))
        #expect(source("max_wait", in: effective) == "the environment")
        #expect(effective.settings.logLevel == .debug)
        #expect(source("log_level", in: effective)?.hasSuffix(".yaml") == true)
    }

    @Test func theEnvironmentNamesTheFileUnlessAFlagDoes() async throws {
        let path = URL.temporaryDirectory.appending(path: "slipgate-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data("port: 1".utf8).write(to: path)
        let named = try await read(environment: ["SLIPGATE_CONFIG": path.path()])
        #expect(named.settings.server.port == 1)
        let other = try await read(environment: ["SLIPGATE_CONFIG": path.path()], file: "port: 2")
        #expect(other.settings.server.port == 2)
    }

    @Test func anUnknownKeyIsNamedWithItsPlace() async {
        #expect(await refusal(environment: ["SLIPGATE_PROT": "1"]).contains("SLIPGATE_PROT in the environment"))
        let file = await refusal(file: "prot: 1")
        #expect(file.contains(".yaml, line 1: 'prot' is no setting"), "\(file)")
    }

    @Test func aValueThatCanNotBeIsNamedWithItsPlaceAndItsBound() async {
        #expect(
            await refusal(flags: ["port": "70000"])
                == "port of the command line must be a number from 0 to 65535, not '70000'")
        #expect(
            await refusal(environment: ["SLIPGATE_MAX_WAIT": "soon"])
                == "max_wait of the environment must be 1s to 1h, not 'soon'")
    }

    @Test(arguments: [
        ("host: ::1\nport: [1, 2]", "port of $, line 2, must be one value"),
        ("host: ::1\nport: {a: 1}", "port of $, line 2, must be one value"),
        ("host: ::1\nport: 70000", "port of $, line 2, must be a number from 0 to 65535, not '70000'"),
        ("\ntrusted_proxies: [{a: b}]", "trusted_proxies of $, line 2, must be a list of values"),
        ("cors_origins: [[a]]", "cors_origins of $, line 1, must be a list of values"),
        ("cors_origins: ['https://a.example', ~]", "cors_origins of $, line 1, must be a list of values"),
        ("port: 0\nhost: ::1\nport: 0", "$ is not YAML: line 1: 'port' is there twice"),
        ("port: 0\njwt_issuer: ~", "jwt_issuer of $, line 2, must be one value"),
        ("jwt_audience: null", "jwt_audience of $, line 1, must be one value"),
        ("tokens_file:", "tokens_file of $, line 1, must be one value"),
    ])
    func whatNoSettingCanHaveIsNamedWithItsLine(_ file: String, _ words: String) async {
        let refusal = await refusal(file: file)
        let path = /\/[^ ]*\.yaml/
        #expect(refusal.replacing(path, with: "$") == words)
    }

    @Test func aBadValueIsFoundWhereAnotherGoesBeforeIt() async {
        let bad = await refusal(flags: ["log_level": "info"], environment: ["SLIPGATE_LOG_LEVEL": "bad"])
        #expect(bad.hasPrefix("log_level of the environment must be "), "\(bad)")
        let file = await refusal(flags: ["log_level": "info"], file: "log_level: bad")
        #expect(file.contains(".yaml, line 1, must be "), "\(file)")
    }

    @Test func whereHealthIsAskedForNothingElseIsLookedAt() async throws {
        let path = URL.temporaryDirectory.appending(path: "slipgate-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        let file = "endpoints: {chat: {uri: 'wss://h/', ca: /gone.pem}}\nhost: 10.0.0.1\nnode: NONE\nprot: 1\nport: 81"
        try Data(file.utf8).write(to: path)
        let variables = ["SLIPGATE_ADMIN_PORT": "82", "SLIPGATE_NONE": "1"]
        for (environment, host, port) in [([:], "10.0.0.1", 81), (variables, "127.0.0.1", 82)] as [(_, _, UInt16)] {
            let reader = try await SettingsReader(flags: [:], environment: environment, file: path.path())
            let listener = try reader.healthListener()
            #expect(listener.host == host && listener.port == port)
            #expect(throws: SettingsError.self) { try reader.read() }
        }
    }

    @Test(arguments: [
        ("a: [", "is not YAML"), ("- 1", "at its top level"), ("port: 1\nport: 2", "is not YAML"),
        (String(repeating: "#", count: 1_048_577), "is larger than 1048576 bytes"),
    ])
    func aFileThatIsNoConfigurationIsRefused(_ text: String, _ reason: String) async {
        let refusal = await refusal(file: text)
        #expect(refusal.contains(reason), "\(refusal.prefix(200))")
    }

    @Test(arguments: ["auth_token: s3cr3t: token", "auth_token: @s3cr3t-token", "a: 's3cr3t", "a: [{s3cr3t: [}]"])
    func whatStandsInABrokenFileIsNotTold(_ line: String) async {
        let refusal = await refusal(file: "port: 8080\n\(line)\n")
        #expect(refusal.contains("is not YAML: line ") && !refusal.contains("s3cr3t"), "\(refusal)")
    }

    @Test func aFileThatIsNotThereOrIsNoneIsRefused() async throws {
        for (path, words) in [
            ("/nonexistent.yaml", "/nonexistent.yaml can't be read: No such file or directory"),
            ("/dev", "/dev can't be read: it is no regular file, and no other is taken"),
        ] {
            let error = await #expect(throws: SettingsError.self) {
                _ = try await SettingsReader(flags: [:], environment: [:], file: path)
            }
            #expect(error?.description == words)
        }
    }

    @Test(arguments: ["", "# nothing yet\n"])
    func anEmptyFileSaysNothing(_ text: String) async throws {
        #expect(try await read(file: text).settings.server.port == 8080)
    }

    /// A Service by the name of `slipgate` gives every pod of its namespace these.
    @Test func kubernetesServiceLinksAreNoSettings() async throws {
        let links = [
            "SLIPGATE_SERVICE_HOST": "10.0.0.1", "SLIPGATE_SERVICE_PORT": "8080", "SLIPGATE_SERVICE_PORT_HTTP": "8080",
            "SLIPGATE_PORT": "tcp://10.0.0.1:8080", "SLIPGATE_PORT_8080_TCP": "tcp://10.0.0.1:8080",
            "SLIPGATE_PORT_8080_TCP_ADDR": "10.0.0.1", "SLIPGATE_METRICS_SERVICE_HOST": "10.0.0.2",
        ]
        let effective = try await read(environment: links)
        #expect(effective.settings.server.port == 8080 && source("port", in: effective) == "default")
        // An endpoint's name may look like one.
        let endpoint = ["SLIPGATE_ENDPOINTS_MY_SERVICE_PORTAL_URI": "ws://127.0.0.1:4000/socket/websocket"]
        #expect(try await read(environment: endpoint).settings.gateway.endpoints.keys.sorted() == ["my_service_portal"])
    }

    @Test func whatIsPrintedIsAFileWithTheSameValues() async throws {
        let flags = ["host": "::1", "port": "0", "max_wait": "1500ms", "log_overflow": "close", "max_body": "1500"]
        let effective = try await read(flags: flags)
        let again = try await read(file: effective.text)
        let source = /[ ]{2}#.*/
        #expect(again.text.replacing(source, with: "") == effective.text.replacing(source, with: ""))
        #expect(again.settings.gateway.maxWait == .milliseconds(1_500))
        #expect(effective.text.contains("\nmax_wait: 1500ms  # the command line\n"))
        #expect(effective.text.contains("\nhost: '::1'  # the command line\n"))
    }
}

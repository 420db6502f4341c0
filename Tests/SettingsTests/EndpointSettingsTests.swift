import Foundation
import Gateway
import MicroHTTPD
import PhoenixChannels
import Settings
import TestSupport
import Testing

/// `endpoints` of the file and the environment, and `allow_uris`.
@Suite struct EndpointSettingsTests {
    private let folder = TemporaryFolder()

    private func read(
        _ file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
    ) async throws -> SettingsReader.Effective {
        let path = try file.map { try folder.write($0, to: "slipgate.yaml") }
        return try await SettingsReader(flags: flags, environment: environment, file: path).read()
    }

    private func refusal(_ file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:])
        async
        -> String
    {
        do {
            _ = try await read(file, environment: environment, flags: flags)
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    // MARK: The file

    @Test func anEndpointOfTheFileIsWhatItSays() async throws {
        let settings = try await read(
            """
            port: 1
            endpoints:
              chat:
                uri: ws://phoenix.internal:4000/socket/websocket
                params: {token: abc, n: 1.50, on: yes, user: {name: "é", tags: [a, b]}}
                headers:
                  X-Tenant: "7"
                auth_token: t0ken
                proxy: '[::1]:3128'
                proxy_user: me
                proxy_password: pass
              other-one: {uri: 'ws://127.0.0.1/'}
            """
        ).settings
        #expect(settings.gateway.endpoints.keys.sorted() == ["chat", "other-one"] && settings.server.port == 1)
        let endpoint = try #require(settings.gateway.endpoints["chat"]).endpoint
        #expect(endpoint.display == "ws://phoenix.internal:4000/socket/websocket")
        #expect(
            endpoint.target == "/socket/websocket?token=abc&n=1.50&on=yes&user%5Bname%5D=%C3%A9&user%5Btags%5D%5B%5D=a"
                + "&user%5Btags%5D%5B%5D=b&vsn=2.0.0")
        #expect(endpoint.headers == [Endpoint.Header(name: "X-Tenant", value: "7")])
        #expect(endpoint.subprotocols.count == 2)
        #expect(endpoint.proxy?.description == "[::1]:3128" && endpoint.proxy?.authorization == "Basic bWU6cGFzcw==")
    }

    @Test(arguments: ["endpoints:", "endpoints: {}", "endpoints: ~"])
    func noEndpointsAreNone(_ file: String) async throws {
        #expect(try await read(file).settings.gateway.endpoints.isEmpty)
    }

    @Test(arguments: [
        ("endpoints: [a]", "endpoints of $ must be names"),
        ("endpoints: {chat: x}", "endpoints.chat of $ must have its members"),
        ("endpoints: {Chat: {uri: 'ws://h/'}}", "which 'Chat' has not"),
        ("endpoints: {a.b: {uri: 'ws://h/'}}", "'a.b'"),
        ("endpoints: {chat: {url: 'ws://h/'}}", "$: 'endpoints.chat.url' is no setting; an endpoint has uri, params,"),
        ("endpoints: {chat: {params: {a: b}}}", "endpoints.chat has no uri"),
        ("endpoints: {chat: {uri: 'http://h/'}}", "endpoints.chat.uri of $: The uri's scheme must be ws or wss."),
        ("endpoints: {chat: {uri: [a]}}", "endpoints.chat.uri of $ must be one value"),
        ("endpoints: {chat: {uri: }}", "endpoints.chat.uri of $ must be one value"),
        (
            "endpoints: {chat: {uri: 'ws://h/', headers: {Host: x}}}",
            "endpoints.chat.headers of $: The websocket handshake"
        ),
        ("endpoints: {chat: {uri: 'ws://h/', headers: {X: [s3cret]}}}", "the value of 'X' must be text"),
        ("endpoints: {chat: {uri: 'ws://h/', headers: [s3cret]}}", "endpoints.chat.headers of $ must be a mapping"),
        ("endpoints: {chat: {uri: 'ws://h/', params: s3cret}}", "endpoints.chat.params of $: must be a mapping"),
        ("endpoints: {chat: {uri: 'ws://h/', params: {vsn: s3cret}}}", "endpoints.chat.params of $: "),
        (
            "endpoints: {chat: {uri: 'ws://h/', auth_token: ''}}",
            "endpoints.chat.auth_token of $: The auth token is empty."
        ),
        ("endpoints: {chat: {uri: 'wss://h/', ca: /nosuch.pem}}", "endpoints.chat.ca of $: /nosuch.pem can't be read"),
        (
            "endpoints: {chat: {uri: 'wss://h/', client_key: /k.pem}}",
            "endpoints.chat.client_key of $: needs client_certificate"
        ),
        ("endpoints: {chat: {uri: 'wss://h/', client_certificate: /c.pem}}", "needs client_key"),
        (
            "endpoints: {chat: {uri: 'wss://h/', client_certificate: /c.pem, client_key: /k.pem}}",
            "/c.pem can't be read"
        ),
        ("endpoints: {chat: {uri: 'ws://h/', proxy: p}}", "endpoints.chat.proxy of $: must be host:port"),
        ("endpoints: {chat: {uri: 'ws://h/', proxy: 'p:0'}}", "endpoints.chat.proxy of $: The proxy's port"),
        ("endpoints: {chat: {uri: 'ws://h/', proxy_user: me}}", "endpoints.chat.proxy_user of $: needs proxy"),
    ])
    func whatCanNotBeIsNamedWithItsPlaceAndNoSecret(_ file: String, _ words: String) async {
        let refusal = await refusal(file)
        #expect(refusal.contains(words.replacing("$", with: folder.path("slipgate.yaml"))), "\(refusal)")
        #expect(!refusal.contains("s3cret"))
    }

    // MARK: Certificates

    @Test func aCertificateFileIsReadAtTheStart() async throws {
        let files = try TestCertificate()
        let file = """
            endpoints: {chat: {uri: 'wss://localhost/', ca: '\(files.certificate)', \
            client_certificate: '\(files.certificate)', client_key: '\(files.key)'}}
            """
        let endpoint = try #require(try await read(file).settings.gateway.endpoints["chat"]).endpoint
        #expect(endpoint.tls?.trustedRoots != nil && endpoint.tls?.clientCertificate != nil)
    }

    @Test func aCertificateFileThatIsNoneStopsTheStart() async throws {
        let none = try folder.write("no certificate", to: "none.pem")
        #expect(
            await refusal("endpoints: {chat: {uri: 'wss://h/', ca: '\(none)'}}")
                .contains("\(none) has no certificate in PEM"))
        let files = try TestCertificate()
        let swapped = """
            endpoints: {chat: {uri: 'wss://h/', client_certificate: '\(files.certificate)', client_key: '\(none)'}}
            """
        #expect(await refusal(swapped).contains("endpoints.chat.client_key of "))
        #expect(
            await refusal("endpoints: {chat: {uri: 'ws://h/', ca: '\(files.certificate)'}}").contains("wss:// only"))
    }

    // MARK: The environment

    @Test func theEnvironmentAddsToAnEndpointOfTheFileAndComesBeforeIt() async throws {
        let file = "endpoints: {my-chat: {uri: 'ws://file/', params: {a: '1'}}, other: {uri: 'ws://other/'}}"
        let environment = [
            "SLIPGATE_ENDPOINTS_MY_CHAT_AUTH_TOKEN": "t", "SLIPGATE_ENDPOINTS_MY_CHAT_PARAMS": #"{"b":"2"}"#,
            "SLIPGATE_ENDPOINTS_OTHER_URI": "ws://environment/", "SLIPGATE_ENDPOINTS_NEW_ONE_URI": "ws://new/",
            "SLIPGATE_ENDPOINTS_NEW_ONE_PROXY": "p:1", "SLIPGATE_ENDPOINTS_NEW_ONE_PROXY_USER": "u",
        ]
        let endpoints = try await read(file, environment: environment).settings.gateway.endpoints
        #expect(endpoints.keys.sorted() == ["my-chat", "new_one", "other"])
        #expect(endpoints["my-chat"]?.endpoint.target == "/?b=2&vsn=2.0.0")
        #expect(endpoints["my-chat"]?.endpoint.subprotocols.count == 2)
        #expect(endpoints["other"]?.endpoint.host == "environment")
        #expect(endpoints["new_one"]?.endpoint.proxy?.authorization == "Basic dTo=")
    }

    @Test(arguments: [
        ("SLIPGATE_ENDPOINTS_CHAT_URL", "SLIPGATE_ENDPOINTS_CHAT_URL in the environment is no setting"),
        ("SLIPGATE_ENDPOINTS_URI", "is no setting"), ("SLIPGATE_ENDPOINTS__URI", "is no setting"),
        ("SLIPGATE_ENDPOINTS_CHÄT_URI", "an endpoint's name has 1 to 64 characters"),
        ("SLIPGATE_ENDPOINTS_CHAT_HEADERS", "endpoints.chat has no uri"), ("SLIPGATE_ENDPOINTS", "is no setting"),
    ])
    func aVariableThatIsNoneIsNamed(_ name: String, _ words: String) async {
        let refusal = await refusal(environment: [name: "s3cret"])
        #expect(refusal.contains(words) && !refusal.contains("s3cret"), "\(refusal)")
    }

    @Test func aVariableThatFitsTwoEndpointsIsRefused() async {
        let file = "endpoints: {a-b: {uri: 'ws://h/'}, a_b: {uri: 'ws://h/'}}"
        let refusal = await refusal(file, environment: ["SLIPGATE_ENDPOINTS_A_B_AUTH_TOKEN": "s3cret"])
        #expect(refusal.contains("may be meant for a-b or a_b") && !refusal.contains("s3cret"), "\(refusal)")
    }

    // MARK: What is printed

    @Test func secretsAreHiddenInWhatIsPrintedAndTheRestIsAFile() async throws {
        let file = """
            endpoints:
              chat:
                uri: ws://h/socket?u=s3cret1
                params: {token: s3cret2, "a b": s3cret3}
                headers: {X-T: s3cret4}
                proxy: p:1
                proxy_user: me
                proxy_password: s3cret5
              "1": {uri: 'ws://127.0.0.1/', params: {}}
            """
        let effective = try await read(file, environment: ["SLIPGATE_ENDPOINTS_CHAT_AUTH_TOKEN": "s3cret6"])
        let text = effective.text
        #expect(!text.contains("s3cret"))
        for line in [
            "\n  chat:\n", "    uri: 'ws://h/socket?<hidden>'  # ", "      token: '<hidden>'\n",
            "      \"a b\": '<hidden>'\n",
            "      X-T: '<hidden>'\n", "    auth_token: '<hidden>'  # the environment\n", "    proxy: 'p:1'  # ",
            "    proxy_password: '<hidden>'  # ", "    proxy_user: me  # ",
        ] { #expect(text.contains(line), "\(text)") }
        // The secrets put back, it is a file.
        let again = try await read(text.replacing("<hidden>", with: "s3cret"))
        let source = /[ ]{2}#.*/
        #expect(again.text.replacing(source, with: "") == text.replacing(source, with: ""))
        #expect(again.settings.gateway.endpoints.keys.sorted() == ["1", "chat"])
    }

    @Test(arguments: [
        ("uri", "ws://h/socket?u=s3cret"), ("params", "{token: s3cret, user: {name: s3cret}}"),
        ("headers", "{X-T: s3cret}"), ("auth_token", "s3cret"),
        ("proxy_password", "s3cret, proxy: 'p:1', proxy_user: me"),
    ])
    func aFileAsItIsPrintedStartsNoGatewayUntilItsSecretsAreThere(_ member: String, _ value: String) async throws {
        let uri = member == "uri" ? "" : "uri: 'ws://h/', "
        let printed = try await read("endpoints: {chat: {\(uri)\(member): \(value)}}").text
        let refusal = await refusal(printed)
        #expect(refusal.contains("endpoints.chat.\(member) of \(folder.path("slipgate.yaml")): '<hidden>' is what"))
        // What the environment says comes before the file.
        let secret = ["params", "headers"].contains(member) ? #"{"X-T":"s3cret"}"# : "ws://s3cret/"
        let name = "SLIPGATE_ENDPOINTS_CHAT_\(member.uppercased())"
        #expect(try await read(printed, environment: [name: secret]).settings.gateway.endpoints.count == 1)
    }

    // MARK: allow_uris

    private func entries(_ effective: SettingsReader.Effective) -> [String] {
        effective.settings.gateway.allowedUpstreams.entries.map(\.description)
    }

    @Test func aListIsASequenceInTheFileAndHasCommasElsewhere() async throws {
        let list = ["loopback", "*.example.com:443", "fd00::/8"]
        #expect(try await entries(read()) == ["loopback"])
        for file in [
            "allow_uris: [loopback, '*.example.com:443', 'fd00::/8']",
            "allow_uris:\n- loopback\n- '*.example.com:443'\n- fd00::/8",
            "allow_uris: loopback, *.example.com:443,fd00::/8",
        ] { #expect(try await entries(read(file)) == list) }
        let text = "loopback,*.example.com:443, fd00::/8"
        #expect(try await entries(read(environment: ["SLIPGATE_ALLOW_URIS": text])) == list)
        let effective = try await read("allow_uris: ['*']", flags: ["allow_uris": text])
        #expect(entries(effective) == list)
        #expect(
            effective.text.contains("\nallow_uris: [loopback, '*.example.com:443', 'fd00::/8']  # the command line\n"))
        #expect(try await entries(read(effective.text)) == list)
    }

    @Test func anEmptyListAllowsNothing() async throws {
        #expect(try await entries(read("allow_uris: []")) == [])
        #expect(try await entries(read(environment: ["SLIPGATE_ALLOW_URIS": ""])) == [])
        let effective = try await read(flags: ["allow_uris": ""])
        #expect(entries(effective) == [] && effective.text.contains("\nallow_uris: []  # "))
    }

    @Test(arguments: ["allow_uris: [10.0.0.1/8]", "allow_uris: [a, '']", "allow_uris: 'a,,b'", "allow_uris: {a: b}"])
    func anEntryThatIsNoneStopsTheStart(_ file: String) async {
        let refusal = await refusal(file)
        #expect(refusal.contains("allow_uris of "), "\(refusal)")
    }

    @Test func theSettingThatItTookThePlaceOfIsNoMore() async {
        #expect(await refusal("allow_any_upstream: true").contains("'allow_any_upstream' is no setting"))
    }
}

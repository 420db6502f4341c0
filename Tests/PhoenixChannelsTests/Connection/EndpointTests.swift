import PhoenixChannels
import Testing

@Suite struct EndpointTests {
    private let uri = "ws://127.0.0.1:4000/socket/websocket"

    private func target(_ uri: String, _ params: String = "{}") throws -> String {
        try Endpoint(uri: uri, params: JSONText(params)).target
    }

    @Test func vsnIsAddedAndNothingElse() throws {
        #expect(try target(uri) == "/socket/websocket?vsn=2.0.0")
        #expect(try target("ws://h") == "/?vsn=2.0.0")
        #expect(try target("ws://h/a%20b?x=%2B+1&y") == "/a%20b?x=%2B+1&y&vsn=2.0.0")
        #expect(try target(uri + "?vsn=2.0.0") == "/socket/websocket?vsn=2.0.0")
    }

    @Test func paramsNestAsPlugDecodesThem() throws {
        // What transcript connect_params had for the same params, but for the order and the space's encoding.
        let params = #"{"user_id":"42","n":{"a":"1"},"l":["x"],"sp":"a b+c&d"}"#
        #expect(
            try target(uri, params) == "/socket/websocket?user_id=42&n%5Ba%5D=1&l%5B%5D=x&sp=a%20b%2Bc%26d&vsn=2.0.0")
        #expect(
            try target(uri, #"{"a":1.50,"b":true,"c":null,"d":{},"e":[]}"#).hasSuffix("?a=1.50&b=true&c=&vsn=2.0.0"))
    }

    @Test func paramsReplaceTheUrisOfTheSameName() throws {
        #expect(
            try target(uri + "?a=1&b%5Bx%5D=2&c=3", #"{"a":"9","b":{"y":"8"}}"#)
                == "/socket/websocket?c=3&a=9&b%5By%5D=8&vsn=2.0.0")
    }

    @Test(arguments: [
        ("http://h/", "uri"), ("https://h/", "uri"), ("h:4000", "uri"), ("ws://", "uri"), ("ws://u:p@h/", "uri"),
        ("ws://h/#f", "uri"), ("ws://h/?vsn=1.0.0", "uri"), ("ws://h:0/", "uri"), ("ws://h:70000/", "uri"),
        ("ws://h/a b", "uri"), ("", "uri"), ("ws://a%0d%0ab/", "uri"), ("ws://a%20b/", "uri"), ("ws://[::zz]/", "uri"),
        ("ws://[::1%00]/", "uri"), ("ws://[::1%00%0d%0ab]/", "uri"), ("ws://[::1%2500]/", "uri"),
    ])
    func anAddressThatIsNoneIsRefused(_ uri: String, _ member: String) {
        do throws(EndpointError) {
            _ = try Endpoint(uri: uri)
            Issue.record("\(uri) was taken")
        } catch {
            #expect(error.member == member)
        }
    }

    @Test(arguments: ["Host", "upgrade", "Sec-WebSocket-Key", "a b", "", "Content-Length"])
    func headersOfTheHandshakeAreRefused(_ name: String) {
        #expect(throws: EndpointError.self) { try Endpoint(uri: uri, headers: [(name: name, value: "x")]) }
    }

    @Test func aHeaderCannotCarryAnother() {
        #expect(throws: EndpointError.self) {
            try Endpoint(uri: uri, headers: [(name: "X-A", value: "1\r\nX-B: 2")])
        }
    }

    @Test func secretsAreNotDisplayed() throws {
        let endpoint = try Endpoint(uri: uri + "?token=secret", params: JSONText(#"{"key":"secret"}"#))
        #expect(endpoint.display == uri)
        #expect(!"\(endpoint)".contains("secret"))
    }

    @Test func theHostHeaderHasThePortUnlessItIsTheUsualOne() throws {
        #expect(try Endpoint(uri: "ws://example.com/").authority == "example.com")
        #expect(try Endpoint(uri: "ws://example.com:4000/").authority == "example.com:4000")
        #expect(try Endpoint(uri: "ws://[::1]:4000/").authority == "[::1]:4000")
    }

    @Test func wssHasItsOwnPortAndSchemeAndTheMachinesRoots() throws {
        let endpoint = try Endpoint(uri: "wss://example.com/socket/websocket?token=secret")
        #expect(endpoint.isTLS && endpoint.port == 443 && endpoint.tls == .systemRoots)
        #expect(endpoint.display == "wss://example.com/socket/websocket")
        #expect(endpoint.authority == "example.com")
        #expect(try Endpoint(uri: "wss://example.com:80/").authority == "example.com:80")
        #expect(try !Endpoint(uri: uri).isTLS)
    }

    @Test func turningVerificationOffIsSeenOnAnEndpointOfWssOnly() throws {
        let tls = try TLSOptions(disablesCertificateVerification: true)
        #expect(try Endpoint(uri: "wss://h/", tls: tls).disablesCertificateVerification)
        #expect(try !Endpoint(uri: "wss://h/").disablesCertificateVerification)
        #expect(try !Endpoint(uri: "ws://h/", tls: tls).disablesCertificateVerification)
        #expect("\(tls)".contains("not verified"))
    }

    @Test func endpointsOfTheSameOptionsAreEqual() throws {
        #expect(try Endpoint(uri: "wss://h/") == Endpoint(uri: "wss://h/"))
        #expect(
            try Endpoint(uri: "wss://h/")
                != Endpoint(uri: "wss://h/", tls: TLSOptions(disablesCertificateVerification: true)))
    }

    @Test func anEmptyAuthTokenIsRefused() {
        #expect(throws: EndpointError.self) { try Endpoint(uri: uri, authToken: AuthToken("")) }
    }

    @Test func anAuthTokenIsInNoDescription() throws {
        let endpoint = try Endpoint(uri: uri, authToken: AuthToken("secret"))
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", endpoint.display, String(reflecting: endpoint), endpoint.target, dumped] {
            #expect(!text.contains("secret") && !text.contains("c2VjcmV0"))
        }
    }

    @Test(arguments: [("", 3128, nil), ("a b", 3128, nil), ("p", 0, nil), ("p", 70_000, nil), ("p", 1, "u:v")])
    func aProxyThatIsNoneIsRefused(_ host: String, _ port: Int, _ user: String?) {
        #expect(throws: EndpointError.self) { try HTTPProxy(host: host, port: port, user: user) }
    }

    @Test func theProxysPasswordIsNotDescribed() throws {
        let proxy = try HTTPProxy(host: "proxy.example", port: 3128, user: "me", password: "secret")
        #expect("\(proxy)" == "proxy.example:3128")
        var dumped = ""
        dump(proxy, to: &dumped)
        #expect(!dumped.contains("Basic"))
    }

    @Test func anAddressesCertificateCannotBeCheckedThroughAProxy() throws {
        let proxy = try HTTPProxy(host: "proxy.example", port: 3128)
        #expect(throws: EndpointError.self) { try Endpoint(uri: "wss://10.0.0.1/", proxy: proxy) }
        _ = try Endpoint(uri: "wss://h/", proxy: proxy)
        _ = try Endpoint(uri: "ws://10.0.0.1/", proxy: proxy)
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        do throws(TLSFileError) {
            _ = try TLSOptions(trustedRootsFile: "/nowhere/ca.pem")
            Issue.record("a missing file was taken")
        } catch {
            #expect(error.file == "/nowhere/ca.pem" && "\(error)" == "/nowhere/ca.pem can't be read")
        }
    }
}

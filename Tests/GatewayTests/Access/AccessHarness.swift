import Gateway
import HTTPCore
import HTTPTypes
import Logging
import TestSupport
import Testing

/// A gateway with access control; the token of each principal is its name.
struct AccessHarness {
    typealias Pending = GatewayHarness.Pending

    let authenticator: FakeAuthenticator
    let harness: GatewayHarness

    init(
        _ authenticator: FakeAuthenticator, upstreamLogger: Logger? = nil,
        _ change: (inout GatewayConfiguration) -> Void = { _ in }
    ) {
        self.authenticator = authenticator
        harness = GatewayHarness(authenticator: authenticator, upstreamLogger: upstreamLogger, change)
    }

    @discardableResult
    func send(
        _ token: String?, _ method: HTTPRequest.Method, _ target: String, _ body: String = "",
        headers: HTTPFields = [:]
    ) throws -> Pending {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if headers[.testHost] == nil { headers[.testHost] = "slipgate.example.com" }
        return try harness.send(method, target, body, headers: headers)
    }

    /// A connected session of a principal's: its id.
    func session(_ token: String, _ members: String = "") throws -> String {
        let links = harness.transport.links.count
        let pending = try send(
            token, .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket"\#(members)}"#)
        harness.transport.advance()
        if harness.transport.links.count > links { harness.transport.links.last?.accept() }
        harness.transport.advance()
        harness.time.run()
        return try #require(pending.string("id"), "\(pending.text)")
    }
}

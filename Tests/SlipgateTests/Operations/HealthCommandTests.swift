import Foundation
import TestSupport
import Testing

/// `slipgate health`, as a container's HEALTHCHECK runs it.
@Suite(.timeLimit(.minutes(10))) struct HealthCommandTests {
    private func health(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        try Slipgate.run(Slipgate.path, ["health"] + arguments)
    }

    /// Asks again where a gateway on a busy machine hasn't answered within the two seconds that it has.
    private func settledHealth(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        var result = try Slipgate.run(Slipgate.path, ["health"] + arguments)
        for _ in 0..<30 where result.output.hasSuffix(": no answer\n") {
            result = try Slipgate.run(Slipgate.path, ["health"] + arguments)
        }
        return result
    }

    @Test func aGatewayThatRunsIsHealthyAndReady() throws {
        for host in ["127.0.0.1", "::1"] {
            let gateway = try Slipgate("serve", "--host", host, "--port", "0")
            let place = ["--host", host, "--port", "\(try gateway.port())"]
            for flags in [[], ["--ready"]] {
                let result = try settledHealth(flags + place)
                #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result)")
            }
        }
    }

    @Test func oneThatStopsIsHealthyAndNotReady() async throws {
        let gateway = try Slipgate("serve", "--port", "0", "--drain-delay", "500s", "--drain-timeout", "1000s")
        let port = "\(try gateway.port())"
        gateway.signal(SIGTERM)
        let client = try gateway.client()
        try await until { try client.request("GET", "/readyz").status == 503 }
        let ready = try settledHealth(["--ready", "--port", port])
        #expect(ready.status == 1 && ready.output == "127.0.0.1 port \(port): status 503\n")
        #expect(try settledHealth(["--port", port]).status == 0)
    }

    @Test func whereNothingListensItIsNot() throws {
        let nobody = try RawListener(refusing: true)
        let result = try health("--port", "\(nobody.port)")
        #expect(result.status == 1 && result.output == "127.0.0.1 port \(nobody.port): no answer\n")
    }

    @Test func whereNothingIsAnsweredItEndsAllTheSame() throws {
        let silent = try RawListener()
        #expect(try health("--port", "\(silent.port)").status == 1)
    }

    @Test func itAsksTheListenerForHealthWhereThereIsOne() throws {
        let gateway = try Slipgate("serve", "--port", "0", "--admin-host", "0.0.0.0", "--admin-port", "0", lines: 2)
        let admin = "\(try gateway.port(1))"
        // Nothing listens at the other port.
        let place = ["--port", "1", "--admin-host", "0.0.0.0", "--admin-port", admin]
        #expect(try settledHealth(place).status == 0)
        #expect(try health("--port", "\(try gateway.port())", "--admin-port", "1").status == 1)
    }

    /// What would keep the next gateway from starting says nothing of this one.
    @Test func whatItDoesNotNeedMayBeWrongAndWhatItNeedsIsOne() throws {
        let folder = TemporaryFolder()
        let gateway = try Slipgate("serve", "--port", "0")
        let moved = try folder.write(
            "port: \(try gateway.port())\nendpoints: {chat: {uri: 'wss://h/', ca: /gone.pem}}\nnode: NONE", to: "a.yaml"
        )
        let result = try settledHealth(["--config", moved])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        let wrong = try folder.write("port: none", to: "b.yaml")
        for arguments in [["--config", "/nonexistent"], ["--config", wrong], ["--admin-host", "abc:"]] {
            let result = try Slipgate.run(Slipgate.path, ["health"] + arguments)
            #expect(result.status == 1 && result.errors.hasPrefix("Error: "), "\(result)")
        }
    }
}

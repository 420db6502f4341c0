import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Service": `/livez` (the loops turn) and `/readyz` (not the upstream's health).
@Suite struct HealthTests {
    private let harness = GatewayHarness()

    private func livez() throws -> Int? { try harness.send(.get, "/livez").status }

    @Test func aGatewayWhoseLoopsTurnLives() throws {
        for _ in 0..<10 {
            #expect(try livez() == 200)
            harness.transport.advance()
            harness.time.advance(by: .seconds(30))
        }
    }

    @Test func anEventLoopThatStandsIsNotAliveUntilItTurnsAgain() throws {
        #expect(try livez() == 200)
        harness.time.advance(by: .milliseconds(4_900))
        #expect(try livez() == 200)
        harness.time.advance(by: .milliseconds(200))
        let dead = try harness.send(.get, "/livez")
        #expect(dead.status == 500 && dead.string("code") == "internal")
        harness.transport.advance()
        harness.time.run()
        #expect(try livez() == 200)
    }

    @Test func aWaitingThreadThatStandsIsNotAlive() throws {
        let time = ManualTime()
        let gateway = Gateway(transport: harness.transport, time: time)
        func livez() throws -> Int? {
            var headers: HTTPFields = [:]
            headers[.testHost] = "localhost"
            let request = Request(
                id: "r", method: .get, target: try RequestTarget(Array("/livez".utf8)), headers: headers)
            return GatewayHarness.Pending(gateway.respond(to: request)).status
        }
        #expect(try livez() == 200)
        harness.transport.advance()
        // The loop has turned; what it had the thread do is done when that moves on.
        time.stand(for: .seconds(6))
        #expect(try livez() == 500)
        #expect(!gateway.isTurning)
        time.run()
        #expect(try livez() == 200)
        #expect(gateway.isTurning)
    }

    @Test(arguments: ["/openapi.yaml", "/", "/sessions", "/livez/x"])
    func theListenerForHealthAndMetricsSaysWhatItHas(_ path: String) throws {
        let admin = harness.gateway.adminResponder { .free }
        func ask(_ path: String) throws -> GatewayHarness.Pending {
            let request = Request(id: "r", method: .get, target: try RequestTarget(Array(path.utf8)))
            return GatewayHarness.Pending(admin.respond(to: request))
        }
        let refused = try ask(path)
        let detail = try #require(refused.string("detail"))
        #expect(refused.status == 404 && !detail.contains("openapi"), "\(detail)")
        let named = detail.matches(of: #/\/[a-z]+/#).map { String($0.output) }
        #expect(named == ["/livez", "/readyz", "/metrics"])
        for path in named { #expect(try ask(path).status == 200) }
    }

    @Test func probesThatComeThickAndFastAreOneTurn() throws {
        for _ in 0..<100 { #expect(try livez() == 200) }
        #expect(harness.transport.scheduledCount == 1)
        harness.transport.advance()
        harness.time.run()
        for _ in 0..<100 { #expect(try livez() == 200) }
        #expect(harness.transport.scheduledCount == 0)
        harness.time.advance(by: .milliseconds(200))
        #expect(try livez() == 200 && harness.transport.scheduledCount == 1)
    }

    @Test func aLostUpstreamIsNoReasonNotToBeReady() throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.failed(reason: "nothing listens"))
        #expect(try session.state() == "disconnected")
        let creation = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/"}"#)
        try #require(harness.transport.links.last).handler.transportFailed(.failed(reason: "nothing listens"))
        #expect(creation.status == 502)
        #expect(try harness.send(.get, "/readyz").status == 200 && livez() == 200)
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, at its head: an unknown query name or body member is 400 and named, on every route.
@Suite struct NamesOfRequestsTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func path(_ route: Router.Route) -> String {
        let id = route.method == .put && route.template == "/sessions/{id}" ? "n" : session.id
        return route.template.replacing("{id}", with: id).replacing("{topic}", with: "t")
            .replacing("{ref}", with: "r")
    }

    @Test func anUnknownQueryNameIs400AndNamedOnEveryRoute() throws {
        for route in session.harness.gateway.router.routes {
            let answer = try session.harness.send(route.method, "\(path(route))?no_such=1")
            let words = "\(route.method) \(route.template): \(answer.text)"
            #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(words)")
            #expect(answer.string("detail")?.contains("no_such") == true, "\(words)")
        }
        #expect(try session.state() == "connected" && session.link.sent() == [])
        #expect(session.harness.gateway.sessionCount == 1 && session.harness.transport.links.count == 1)
    }

    @Test func anUnknownMemberIs400AndPointedToOnEveryRouteWithABody() throws {
        let routes = session.harness.gateway.router.routes.filter {
            [.post, .put, .patch].contains($0.method) && !$0.template.hasSuffix("connect")
        }
        #expect(routes.count == 11)
        for route in routes {
            let answer = try session.harness.send(route.method, path(route), #"{"no_such":1}"#)
            let words = "\(route.method) \(route.template): \(answer.text)"
            #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(words)")
            let error = answer.json.member("errors")?.elements().first
            #expect(error?.member("pointer")?.string == "/no_such", "\(words)")
            #expect(error?.member("detail")?.string?.isEmpty == false, "\(words)")
        }
        #expect(session.link.sent() == [] && session.harness.gateway.sessionCount == 1)
    }
}

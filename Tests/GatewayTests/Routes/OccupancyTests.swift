import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What a server without much room for requests that wait has the gateway refuse, before it has done anything.
@Suite struct OccupancyTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func expectRefusal(
        _ method: HTTPRequest.Method, _ path: String, _ body: String, _ occupancy: Occupancy,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try session.send(method, path, body, occupancy: occupancy)
        let (code, retryAfter) = occupancy == .stopping ? ("draining", "5") : ("capacity", "1")
        #expect(answer.status == 503 && answer.string("code") == code, sourceLocation: sourceLocation)
        #expect(answer.headers[.retryAfter] == retryAfter, sourceLocation: sourceLocation)
        #expect(session.link.sent() == [], sourceLocation: sourceLocation)
    }

    @Test(arguments: [Occupancy.crowded, .full, .stopping])
    func readsThatWouldWaitAreRefusedFirst(_ occupancy: Occupancy) throws {
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        _ = session.link.sent()
        try expectRefusal(.get, "/messages?after=latest&wait=5s", "", occupancy)
        try expectRefusal(.get, "/events?after=latest&wait=5s", "", occupancy)
        try expectRefusal(.post, "/await", "{}", occupancy)
        try expectRefusal(.get, "/replies/\(ref)?wait=5s", "", occupancy)
        #expect(try session.harness.send(.get, "/readyz", occupancy: occupancy).status == 503)
        #expect(try session.harness.send(.get, "/livez", occupancy: occupancy).status == 200)
    }

    @Test(arguments: [Occupancy.full, .stopping])
    func whatCarriesSomethingOutIsRefusedOnceItIsFullOrStops(_ occupancy: Occupancy) throws {
        try expectRefusal(.put, "/topics/u", "", occupancy)
        try expectRefusal(.put, "/topics/t?rejoin=true", "", occupancy)
        try expectRefusal(.delete, "/topics/t", "", occupancy)
        try expectRefusal(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, occupancy)
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, occupancy: occupancy)
        #expect(push.text.contains(#""sent":false"#))
        let create = try session.harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/"}"#, occupancy: occupancy)
        #expect(create.status == 503)
        #expect(session.harness.transport.links.count == 1)
    }

    @Test func whatCarriesSomethingOutGoesOnWhileItIsCrowded() throws {
        #expect(try session.send(.put, "/topics/u", occupancy: .crowded).isWaiting)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#, occupancy: .crowded).isWaiting)
        #expect(try session.send(.delete, "/topics/t", occupancy: .crowded).isWaiting)
    }

    @Test func whatNeedNotWaitIsAnsweredAllTheSame() throws {
        #expect(try session.send(.put, "/topics/t", occupancy: .full).status == 200)
        #expect(try session.send(.get, "/messages?after=latest", occupancy: .full).status == 200)
        #expect(try session.send(.get, "/events?wait=5s", occupancy: .full).status == 200)
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, occupancy: .full).status == 202)
        #expect(try session.send(.delete, "/topics/t?wait=0", occupancy: .full).status == 202)
        session.reply(3, joinRef: 1)
        #expect(try session.send(.delete, "/topics/t", occupancy: .full).status == 204)
        session.link.handler.transportClosed(code: nil, reason: "")
        let join = try session.send(.put, "/topics/u", occupancy: .full)
        #expect(join.string("code") == "disconnected")
    }
}

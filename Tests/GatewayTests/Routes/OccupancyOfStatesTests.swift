import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What names, states, presence and replies ask for gives way too where the server has little room.
@Suite struct OccupancyOfStatesTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func isRefused(_ answer: GatewayHarness.Pending) -> Bool {
        answer.status == 503 && answer.string("code") == "capacity" && answer.headers[.retryAfter] == "1"
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/join", #"{"topic":"u"}"#), (.post, "/leave", #"{"topic":"t"}"#),
        (.post, "/push?wait=5s", #"{"topic":"t","event":"e"}"#),
        (.post, "/topics/u/push?join=true&wait=5s", #"{"event":"e"}"#), (.post, "/disconnect", ""),
    ])
    func whatCarriesSomethingOutIsRefusedOnceItIsFull(
        _ method: HTTPRequest.Method, _ path: String, _ body: String
    ) throws {
        #expect(isRefused(try session.send(method, path, body, occupancy: .full)))
        #expect(session.link.sent() == [] && session.link.closeCodes == [])
        #expect(try session.state() == "connected")
        #expect(try session.send(method, path, body, occupancy: .crowded).isWaiting)
    }

    @Test func aNameAndACallAreRefusedOnceItIsFull() throws {
        let uri = #""uri":"ws://127.0.0.1:4000/""#
        let requests = [
            (HTTPRequest.Method.put, "/sessions/n", "{\(uri)}"),
            (.post, "/call", #"{\#(uri),"topic":"t","event":"e"}"#),
        ]
        for (method, path, body) in requests {
            #expect(isRefused(try session.harness.send(method, path, body, occupancy: .full)), "\(path)")
        }
        #expect(session.harness.transport.links.count == 1)
    }

    @Test func aConnectIsRefusedOnceItIsFull() throws {
        _ = try session.send(.post, "/disconnect")
        session.link.handler.transportClosed(code: 1000, reason: "")
        #expect(isRefused(try session.send(.post, "/connect", occupancy: .full)))
        #expect(session.harness.transport.links.count == 1)
    }

    @Test(
        arguments: [Occupancy.crowded, .full],
        [
            "?until=disconnected", "/topics/t?until=left", "/topics/t/presence?wait=5s", "/presence?topic=t&wait=5s",
        ])
    func readsThatWouldWaitAreRefusedFirst(_ occupancy: Occupancy, _ path: String) throws {
        #expect(isRefused(try session.send(.get, path, occupancy: occupancy)))
    }
}

import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": `?until` on a topic whose time is over, and on the list.
@Suite struct UntilOfTopicsTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    @Test func aWaitThatIsOverIs504WithTheTopic() throws {
        let atOnce = try session.send(.get, "/topics/t?until=left&wait=0")
        let later = try session.send(.get, "/topics/t?until=left&wait=1s")
        #expect(later.isWaiting)
        session.harness.time.advance(by: .milliseconds(1_100))
        for answer in [atOnce, later] {
            #expect(answer.status == 504 && answer.string("code") == "await-timeout", "\(answer.text)")
            #expect(answer.string("topic") == "t" && answer.json.member("retryable")?.bool == true)
        }
        #expect(try session.send(.get, "/topics/t").string("state") == "joined")
    }

    @Test(arguments: ["until=joined", "wait=1s", "until=joined&wait=1s"])
    func theListOfTopicsIsAnsweredAsItIsAndWaitsForNone(_ query: String) throws {
        let answer = try session.send(.get, "/topics?\(query)")
        #expect(answer.status == 400 && answer.string("detail")?.contains(String(query.prefix(4))) == true)
    }

    @Test(arguments: ["until=connected", "until=closed", "until=", "wait=1s"])
    func anotherStateOrAWaitWithoutOneIs400(_ query: String) throws {
        #expect(try session.send(.get, "/topics/t?\(query)").status == 400)
    }
}

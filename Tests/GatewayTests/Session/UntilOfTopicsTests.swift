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

    @Test func aTopicThatIsNotJoinedNorAboutToBeIsNotWaitedForToBeLeft() throws {
        try session.send(.put, "/topics/u")
        let waiting = try session.send(.get, "/topics/u?until=left")
        #expect(waiting.isWaiting)
        session.reply(2, on: "u", joinRef: 2, status: "error")
        for answer in [waiting, try session.send(.get, "/topics/u?until=left")] {
            #expect(answer.status == 200 && answer.string("state") == "rejected", "\(answer.text)")
        }
        try session.send(.put, "/topics/v")
        session.receive(#"["3","3","v","phx_error",{}]"#)
        let errored = try session.send(.get, "/topics/v?until=left")
        #expect(errored.status == 200 && errored.string("state") == "errored", "\(errored.text)")
    }

    @Test func aTopicThatIsJoinedAnewByItselfIsWaitedForToBeLeft() throws {
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let waiting = try session.send(.get, "/topics/t?until=left")
        #expect(waiting.isWaiting)
        #expect(try session.send(.get, "/topics/t").string("state") == "errored")
        try session.send(.delete, "/topics/t")
        #expect(waiting.status == 200 && waiting.string("state") == "left")
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

import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Messages and events": from where `await` looks, and how much it answers.
@Suite struct AwaitBoundsTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    @Test func anAwaitOfMuchEndsAtFourMebibytesAndOneEntry() throws {
        let large = "\"\(String(repeating: "x", count: 900_000))\""
        for _ in 0..<7 { session.push("e", large) }
        let first = try session.send(.post, "/await", #"{"count":7}"#)
        #expect(first.status == 200 && first.json.member("messages")?.elements().count == 5)
        #expect(first.json.member("more")?.bool == true)
        let next = try #require(first.string("next"))
        let rest = try session.send(.post, "/await", #"{"count":2,"after":"\#(next)"}"#)
        #expect(rest.json.member("messages")?.elements().count == 2)
        #expect(rest.json.member("more")?.bool == false)
        let few = try session.send(.post, "/await", #"{"count":1}"#)
        #expect(few.json.member("more")?.bool == true)
    }

    @Test func anAwaitThatItsBytesEndSaysSoThoughNothingFollowsYet() throws {
        let large = "\"\(String(repeating: "x", count: 900_000))\""
        let waiting = try session.send(.post, "/await", #"{"count":7}"#)
        for _ in 0..<5 {
            #expect(waiting.isWaiting)
            session.push("e", large)
        }
        #expect(waiting.json.member("messages")?.elements().count == 5 && waiting.json.member("more")?.bool == true)
        let next = try #require(waiting.string("next"))
        let rest = try session.send(.post, "/await", #"{"count":2,"after":"\#(next)"}"#)
        for _ in 0..<2 { session.push("e") }
        #expect(rest.json.member("messages")?.elements().count == 2 && rest.json.member("more")?.bool == false)
    }

    @Test func anAwaitOfOneSaysNothingOfMore() throws {
        for _ in 0..<2 { session.push("e") }
        #expect(try session.send(.post, "/await", "{}").json.member("more") == nil)
    }

    @Test func anAwaitLooksFromWhereItSays() throws {
        for event in ["a", "b"] { session.push(event) }
        let first = try session.send(.post, "/await", "{}")
        #expect(first.json.member("message")?.member("event")?.string == "a")
        #expect(try session.send(.post, "/await", #"{"after":"oldest"}"#).text == first.text)
        let next = try #require(first.string("next"))
        let second = try session.send(.post, "/await", #"{"after":"\#(next)"}"#)
        #expect(second.json.member("message")?.member("event")?.string == "b")
        let later = try session.send(.post, "/await", #"{"after":"latest"}"#)
        #expect(later.isWaiting)
        session.push("c")
        #expect(later.json.member("message")?.member("event")?.string == "c")
        for (after, status) in [("x", 400), ("elsewhere-1", 410)] {
            #expect(try session.send(.post, "/await", #"{"after":"\#(after)"}"#).status == status)
        }
    }

    @Test func repeatedKindsAreAlternativesAndAWordThatIsNoneIs400() throws {
        session.push("e")
        let read = try session.send(.get, "/events?kind=joined&kind=message")
        let kinds = read.json.member("events")?.elements().map { $0.member("kind")?.string }
        #expect(kinds == ["joined", "message"])
        let wrong = try session.send(.get, "/events?kind=joined&kind=nothing")
        #expect(wrong.status == 400 && wrong.string("detail")?.contains("nothing") == true)
    }
}

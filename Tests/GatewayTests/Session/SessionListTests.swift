import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions": `GET /sessions`.
@Suite struct SessionListTests {
    private let harness = GatewayHarness()

    private func ids(_ page: GatewayHarness.Pending) -> [String] {
        page.json.member("sessions")?.elements().compactMap { $0.member("id")?.string } ?? []
    }

    private func token(_ page: GatewayHarness.Pending) throws -> String {
        try #require(page.string("next_page_token"))
    }

    private func make(_ count: Int) throws -> [String] {
        try (0..<count).map { _ in try harness.session().id }
    }

    @Test func withoutSessionsTheListIsEmpty() throws {
        let page = try harness.send(.get, "/sessions")
        #expect(page.status == 200 && page.text == #"{"sessions":[],"next_page_token":null}"#)
    }

    @Test func sessionsAreListedAsTheyAreShownInTheOrderInWhichTheyWereMade() throws {
        let made = try make(3)
        let page = try harness.send(.get, "/sessions")
        #expect(ids(page) == made)
        let first = try #require(page.json.member("sessions")?.elements().first)
        #expect(String(decoding: first.bytes, as: UTF8.self) == (try harness.send(.get, "/sessions/\(made[0])").text))
        #expect(page.text.hasSuffix(#""next_page_token":null}"#))
    }

    @Test func pagesAreStableWhileSessionsComeAndGo() throws {
        let made = try make(7)
        let first = try harness.send(.get, "/sessions?limit=3")
        #expect(ids(first) == Array(made[0..<3]))
        // Gone: one that was listed, the last that was, and the first that is to be.
        for index in [0, 2, 3] { try harness.send(.delete, "/sessions/\(made[index])") }
        let later = try make(1)
        let second = try harness.send(.get, "/sessions?limit=3&page_token=\(try token(first))")
        #expect(ids(second) == Array(made[4...6]))
        let third = try harness.send(.get, "/sessions?limit=3&page_token=\(try token(second))")
        #expect(ids(third) == later)
        #expect(third.string("next_page_token") == nil)
        // The same page again, as it is now.
        let again = try harness.send(.get, "/sessions?limit=3&page_token=\(try token(first))")
        #expect(ids(again) == Array(made[4...6]))
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "page_token=x", "page_token=abcdefgh-1", "what=1"])
    func whatIsNotKnownOrOutOfBoundsIs400(_ query: String) throws {
        let answer = try harness.send(.get, "/sessions?\(query)")
        #expect(answer.status == 400)
        #expect(answer.string("detail")?.contains(String(query.prefix { $0 != "=" })) == true)
    }

    @Test func aPageEndsEarlyWhenItIsLarge() throws {
        let big = String(repeating: "x", count: 1_500_000)
        for _ in 0..<4 {
            let session = try harness.session()
            let join = try session.send(.put, "/topics/t")
            session.reply(1, #"{"x":"\#(big)"}"#)
            #expect(join.status == 201)
        }
        let first = try harness.send(.get, "/sessions")
        #expect(ids(first).count == 3)
        let second = try harness.send(.get, "/sessions?page_token=\(try token(first))")
        #expect(ids(second).count == 1 && second.string("next_page_token") == nil)
    }

    @Test func aListNamesNoSessionAndShowsHowLongEachHas() throws {
        let session = try harness.session(#","idle_timeout":"10s""#)
        for rest in [6, 2] {
            harness.time.advance(by: .seconds(4))
            let listed = try harness.send(.get, "/sessions").json.member("sessions")?.elements().first
            #expect(listed?.member("expires_in")?.integer == rest)
        }
        harness.time.advance(by: .seconds(3))
        #expect(ids(try harness.send(.get, "/sessions")) == [])
        #expect(try session.send(.get, "").string("reason") == "idle")
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization
import Testing

/// api.md, "Topics": the same `Idempotency-Key` attaches to the first request, waits with it, and gets its outcome.
@Suite struct IdempotencyKeysTests {
    private typealias Pending = GatewayHarness.Pending

    private let harness = KeyHarness()

    private var time: ManualTime { harness.time }
    private var keys: IdempotencyKeys { harness.keys }

    private func request(_ key: String?, wait: String = "5s", body: String = "", query: String = "") throws -> Request {
        try harness.request(key, wait: wait, body: body, query: query)
    }

    private func send(_ operation: FakeOperation, _ request: Request) throws -> Pending {
        try harness.send(operation, request)
    }

    private static let made = Response.text("made", status: .created)

    @Test func withoutAKeyEachRequestIsItsOwn() throws {
        let operation = FakeOperation()
        _ = try send(operation, try request(nil))
        _ = try send(operation, try request(nil))
        #expect(operation.begins == 2)
        #expect(keys.count == 0)
    }

    @Test func aRepeatWaitsWithTheFirstAndGetsItsOutcome() throws {
        let operation = FakeOperation()
        let first = try send(operation, try request("k"))
        let second = try send(operation, try request("k", wait: "9s"))
        #expect(first.isWaiting && second.isWaiting)
        operation.promise?.fulfill(Self.made)
        let third = try send(operation, try request("k", wait: "0"))
        #expect([first, second, third].map(\.status) == [201, 201, 201])
        #expect([first, second, third].map(\.text) == ["made", "made", "made"])
        #expect(operation.begins == 1 && operation.resumes == 0)
    }

    @Test(arguments: [
        ("other", "", 422), ("body", "&a=1", 422), ("body", "", 201),
    ])
    func anotherBodyOrQueryUnderTheKeyIs422(_ body: String, _ query: String, _ status: Int) throws {
        let operation = FakeOperation { _ throws(Problem) in .now(Self.made) }
        _ = try send(operation, try request("k", body: "body"))
        let again = try send(operation, try request("k", body: body, query: query))
        #expect(again.status == status)
        #expect(status == 201 || again.string("code") == "idempotency-mismatch")
        #expect(operation.begins == 1)
    }

    @Test(arguments: [String(repeating: "k", count: 256), "a b", "é", ""])
    func aKeyThatIsNotVisibleASCIIOrTooLongIs400(_ key: String) throws {
        let operation = FakeOperation()
        #expect(try send(operation, try request(key)).status == 400)
        #expect(operation.begins == 0)
        #expect(try send(operation, try request(String(repeating: "~", count: 255))).isWaiting)
    }

    @Test func eachWaitsAsLongAsItsOwnWaitSays() throws {
        let operation = FakeOperation()
        let short = try send(operation, try request("k", wait: "1s"))
        let long = try send(operation, try request("k", wait: "20s"))
        time.advance(by: .seconds(2))
        #expect(short.status == 504)
        #expect(long.isWaiting)
        time.advance(by: .seconds(17))
        #expect(long.isWaiting)
        operation.promise?.fulfill(Self.made)
        #expect(long.status == 201)
    }

    @Test func whatRestsIsWaitedForAgainAndNotBegunAgain() throws {
        let operation = FakeOperation()
        let first = try send(operation, try request("k", wait: "1s"))
        time.advance(by: .seconds(2))
        #expect(first.string("detail") == "begun: true")
        #expect(first.json.member("retryable")?.bool == true)
        let second = try send(operation, try request("k"))
        #expect(operation.begins == 1 && operation.resumes == 1)
        operation.promise?.fulfill(Self.made)
        #expect(second.status == 201)
    }

    @Test func aClientThatGoesAwayLeavesWhatWasBegunToTheRepeat() throws {
        let operation = FakeOperation()
        try send(operation, try request("k")).hangUp()
        #expect(try send(operation, try request("k")).isWaiting)
        #expect(operation.begins == 1 && operation.resumes == 1)
    }

    @Test func whatOutlivesItsClientsGoesOnUntilTheirWaitIsOver() throws {
        let operation = FakeOperation(isResumable: false, outlivesClients: true)
        try send(operation, try request("k", wait: "5s")).hangUp()
        time.advance(by: .seconds(4))
        let second = try send(operation, try request("k", wait: "5s"))
        time.advance(by: .seconds(4))
        #expect(second.isWaiting)
        operation.promise?.fulfill(Self.made)
        #expect(second.status == 201)
        #expect(operation.begins == 1)
    }

    @Test func whatNobodyWaitsForIsGivenUpAndBegunAnew() throws {
        let operation = FakeOperation(isResumable: false, outlivesClients: true)
        try send(operation, try request("k", wait: "5s")).hangUp()
        let promise = try #require(operation.promise)
        time.advance(by: .seconds(6))
        #expect(promise.fulfill(Self.made) == false, "it was abandoned")
        #expect(keys.count == 0)
        #expect(try send(operation, try request("k")).isWaiting)
        #expect(operation.begins == 2)
    }

    private static let passing = [
        Problem("a", .serviceUnavailable, title: "", detail: "", retryable: true),
        Problem("b", .conflict, title: "", detail: "").with(sent: false),
    ]

    @Test(arguments: passing) func aProblemThatMayPassIsNotKept(_ problem: Problem) throws {
        let operation = FakeOperation(isResumable: false)
        let first = try send(operation, try request("k"))
        operation.promise?.fail(problem)
        #expect(first.string("code") == problem.code)
        #expect(try send(operation, try request("k", body: "mended")).isWaiting)
        #expect(operation.begins == 2)
    }

    @Test(arguments: passing) func aProblemThatMayPassDoesNotUndoWhatWasBegun(_ problem: Problem) throws {
        let operation = FakeOperation()
        let first = try send(operation, try request("k"))
        operation.promise?.fail(problem)
        #expect(first.string("code") == problem.code)
        #expect(try send(operation, try request("k")).isWaiting)
        #expect(operation.begins == 1 && operation.resumes == 1)
    }

    @Test func aProblemThatStandsIsKept() throws {
        let operation = FakeOperation()
        let first = try send(operation, try request("k"))
        operation.promise?.fail(Problem("c", .unprocessableContent, title: "", detail: "").with(sent: true))
        #expect(first.status == 422)
        #expect(try send(operation, try request("k")).text == first.text)
        #expect(operation.begins == 1)
    }

    @Test func whatWasRefusedBeforeAnythingWasDoneIsNotKept() throws {
        let refusing = FakeOperation { _ throws(Problem) in
            throw Problem("d", .badRequest, title: "", detail: "")
        }
        #expect(try send(refusing, try request("k")).status == 400)
        #expect(try send(FakeOperation(), try request("k", body: "mended")).isWaiting)
    }

    @Test func aRequestThatComesWhileTheFirstIsBeingBegunGetsItsOutcome() throws {
        let came = Mutex<Pending?>(nil)
        let test = self
        let again = try request("k")
        let operation = FakeOperation { _ throws(Problem) in
            came.withLock { $0 = try? test.send(FakeOperation(), again) }
            return .now(Self.made)
        }
        let first = try send(operation, try request("k"))
        #expect(first.status == 201)
        #expect(came.withLock { $0 }?.status == 201)
    }

    @Test func aRequestThatComesWhileTheFirstIsRefusedBeginsItself() throws {
        let came = Mutex<Pending?>(nil)
        let test = self
        let again = try request("k")
        let other = FakeOperation()
        let operation = FakeOperation { _ throws(Problem) in
            came.withLock { $0 = try? test.send(other, again) }
            throw Problem("d", .badRequest, title: "", detail: "")
        }
        #expect(try send(operation, try request("k")).status == 400)
        #expect(other.begins == 1)
        other.promise?.fulfill(Self.made)
        #expect(came.withLock { $0 }?.status == 201)
    }

    @Test func twoAtOnceAreBegunOnceAndAnsweredAlike() async throws {
        for round in 0..<200 {
            let operation = FakeOperation { _ throws(Problem) in .now(Self.made) }
            let request = try request("k-\(round)")
            let answers = await withTaskGroup(of: Pending?.self) { group in
                for _ in 0..<2 {
                    group.addTask { try? self.send(operation, request) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map { $0?.status } == [201, 201])
            #expect(operation.begins == 1)
        }
    }

    @Test func theOutcomeAndTheLastClientsGoingAtOnceLoseNothing() async throws {
        for round in 0..<200 {
            let operation = FakeOperation()
            let first = try send(operation, try request("k-\(round)"))
            let promise = try #require(operation.promise)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { promise.fulfill(Self.made) }
                group.addTask { first.hangUp() }
            }
            let again = try send(operation, try request("k-\(round)"))
            #expect(operation.begins == 1)
            #expect(again.status == 201 || operation.resumes == 1)
        }
    }

    @Test func whoComesAsTheOutcomeDoesGetsIt() async throws {
        for round in 0..<500 {
            let operation = FakeOperation()
            let request = try request("k-\(round)")
            let first = try send(operation, request)
            let promise = try #require(operation.promise)
            let came = await withTaskGroup(of: Pending?.self) { group in
                group.addTask {
                    promise.fulfill(Self.made)
                    return nil
                }
                group.addTask { try? self.send(operation, request) }
                return await group.reduce(into: [Pending]()) { came, answer in if let answer { came.append(answer) } }
            }
            #expect(first.status == 201)
            #expect(came.map(\.status) == [201])
            #expect(operation.begins == 1 && operation.resumes == 0)
        }
    }

    @Test func aWaitThatEndsAsTheOutcomeComesIsAnsweredOnceAndLosesNothing() async throws {
        for round in 0..<200 {
            let operation = FakeOperation(isResumable: false, outlivesClients: true)
            let first = try send(operation, try request("k-\(round)", wait: "1s"))
            let promise = try #require(operation.promise)
            let wasMade = await withTaskGroup(of: Bool.self) { group in
                group.addTask { promise.fulfill(Self.made) }
                group.addTask {
                    self.time.advance(by: .seconds(2))
                    return false
                }
                return await group.reduce(false) { $0 || $1 }
            }
            #expect(first.status == (wasMade ? 201 : 504))
            #expect(try send(operation, try request("k-\(round)")).status == (wasMade ? 201 : nil))
        }
    }

    @Test func aKeyIsForgottenAfterTenMinutes() throws {
        let operation = FakeOperation { _ throws(Problem) in .now(Self.made) }
        _ = try send(operation, try request("k"))
        time.advance(by: .seconds(599))
        _ = try send(operation, try request("k"))
        #expect(operation.begins == 1)
        time.advance(by: .seconds(1))
        _ = try send(operation, try request("k"))
        #expect(operation.begins == 2)
        #expect(keys.count == 1)
    }

    @Test func soManyMayWaitUnderOneKeyAndNoMore() throws {
        let operation = FakeOperation()
        let waiting = try (0..<64).map { _ in try send(operation, try request("k")) }
        let refused = try send(operation, try request("k"))
        #expect(refused.status == 429)
        operation.promise?.fulfill(Self.made)
        #expect(waiting.allSatisfy { $0.status == 201 })
    }
}

extension HTTPField.Name {
    static var testIdempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key") ?? .origin }
}

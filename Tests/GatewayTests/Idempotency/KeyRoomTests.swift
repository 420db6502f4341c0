import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics" and "What is promised": a key is kept for 10 minutes, whatever others do, within bounds.
@Suite struct KeyRoomTests {
    private static let made = Response.text("made", status: .created)

    private func done(_ text: String = "made") -> FakeOperation {
        FakeOperation { _ throws(Problem) in .now(.text(text, status: .created)) }
    }

    @Test func whenAllKeysKeptDidSomethingANewOneIsRefusedAndNoneIsLost() throws {
        let harness = KeyHarness(maxKeys: 3)
        let (waiting, rests, stands, refused) = (FakeOperation(), FakeOperation(), done(), done())
        let first = try harness.send(waiting, try harness.request("waiting", wait: "50s"))
        _ = try harness.send(rests, try harness.request("rests", wait: "1s"))
        _ = try harness.send(stands, try harness.request("stands"))
        harness.time.advance(by: .seconds(2))
        let new = try harness.send(refused, try harness.request("new"))
        #expect(new.status == 503 && new.string("code") == "capacity", "\(new.text)")
        #expect(new.json.member("sent")?.bool == false && new.json.member("retryable")?.bool == true)
        #expect(new.headers[.retryAfter] != nil && refused.begins == 0)
        #expect(try harness.send(rests, try harness.request("rests")).isWaiting)
        _ = try harness.send(stands, try harness.request("stands"))
        waiting.promise?.fulfill(Self.made)
        #expect(first.status == 201)
        #expect([waiting, rests, stands].map(\.begins) == [1, 1, 1] && rests.resumes == 1)
        harness.time.advance(by: .seconds(600))
        #expect(try harness.send(refused, try harness.request("new")).status == 201)
    }

    @Test func whatDidNothingIsForgottenForANewKey() throws {
        let harness = KeyHarness(maxKeys: 2)
        let failed = FakeOperation { _ throws(Problem) in
            .now(Problem("a", .badGateway, title: "", detail: "").response(requestID: "r"))
        }
        let (stands, new) = (done(), done())
        _ = try harness.send(stands, try harness.request("stands"))
        for _ in 0..<2 { _ = try harness.send(failed, try harness.request("failed")) }
        #expect(failed.begins == 1)
        #expect(try harness.send(new, try harness.request("new")).status == 201)
        #expect(harness.keys.count == 2)
        _ = try harness.send(stands, try harness.request("stands"))
        #expect(stands.begins == 1)
        #expect(try harness.send(failed, try harness.request("failed")).status == 503)
    }

    @Test func aBodyTakesNoRoomOnceTheOutcomeIsThere() throws {
        let harness = KeyHarness(maxBytes: 10_000)
        for key in 0..<10 {
            let body = String(repeating: "x", count: 4_000)
            #expect(try harness.send(done(), try harness.request("\(key)", body: body)).status == 201)
        }
        #expect(harness.keys.count == 10)
    }

    @Test func aBodyTakesRoomAsLongAsItIsNeeded() throws {
        let harness = KeyHarness(maxBytes: 10_000)
        let operations = (0..<3).map { _ in FakeOperation(isResumable: false) }
        let body = String(repeating: "x", count: 4_000)
        let answers = try operations.enumerated().map { index, operation in
            try harness.send(operation, try harness.request("\(index)", body: body))
        }
        #expect(answers.map(\.status) == [nil, nil, 503])
        operations[0].promise?.fulfill(Self.made)
        #expect(try harness.send(operations[2], try harness.request("2", body: body)).isWaiting)
    }

    @Test(arguments: ["1s", "50s"]) func aBodyTakesNoRoomOnceItHasBegunWhetherItIsWaitedForOrNot(_ wait: String) throws
    {
        let harness = KeyHarness(maxBytes: 10_000)
        for key in 0..<10 {
            let body = String(repeating: "x", count: 4_000)
            let answer = try harness.send(FakeOperation(), try harness.request("\(key)", wait: wait, body: body))
            #expect(answer.isWaiting, "\(answer.text)")
            harness.time.advance(by: .seconds(2))
        }
        #expect(harness.keys.count == 10)
    }

    @Test func pushesThatWereSentTakeNoRoomForTheirPayloads() throws {
        let session = try GatewayHarness().session()
        try session.join()
        let body = String(repeating: "x", count: 1_000_000)
        let statuses = try (0..<KeyTable.maxBytes / 1_000_000 + 1).map { key in
            let headers: HTTPFields = [.testIdempotencyKey: "\(key)", .contentType: "application/octet-stream"]
            defer { _ = session.link.sent() }
            return try session.send(.post, "/topics/t/push?event=e", body, headers: headers).status
        }
        #expect(Set(statuses) == [202])
    }

    @Test func outcomesTakeRoom() throws {
        let harness = KeyHarness(maxBytes: 10_000)
        let answers = try (0..<3).map { key in
            try harness.send(done(String(repeating: "x", count: 4_500)), try harness.request("\(key)")).status
        }
        #expect(answers == [201, 201, 503])
    }

    @Test func anOutcomeForWhichThereIsNoRoomIsAskedForAgain() throws {
        let harness = KeyHarness(maxBytes: 4_000)
        let operation = FakeOperation()
        let first = try harness.send(operation, try harness.request("k"))
        operation.promise?.fulfill(.text(String(repeating: "x", count: 4_000)))
        #expect(first.status == 200)
        #expect(try harness.send(operation, try harness.request("k")).isWaiting)
        #expect(operation.begins == 1 && operation.resumes == 1)
        #expect(try harness.send(done(), try harness.request("other")).status == 201)
    }

    @Test func keysAreForgottenWhenTheyAreOldThoughNoRequestComes() throws {
        let harness = KeyHarness()
        _ = try harness.send(done(), try harness.request("stands"))
        harness.time.advance(by: .seconds(300))
        _ = try harness.send(FakeOperation(), try harness.request("rests", wait: "1s"))
        harness.time.advance(by: .seconds(299))
        #expect(harness.keys.count == 2)
        harness.time.advance(by: .seconds(10))
        #expect(harness.keys.count == 1)
        harness.time.advance(by: .seconds(300))
        #expect(harness.keys.count == 0)
        _ = try harness.send(done(), try harness.request("later"))
        harness.time.advance(by: .seconds(610))
        #expect(harness.keys.count == 0)
    }

    @Test func theOperationIsLetGoWithItsOutcome() throws {
        let harness = KeyHarness()
        weak var kept: FakeOperation?
        do {
            let operation = FakeOperation()
            kept = operation
            _ = try harness.send(operation, try harness.request("k"))
            #expect(kept != nil)
            operation.promise?.fulfill(Self.made)
        }
        #expect(kept == nil)
        #expect(try harness.send(FakeOperation(), try harness.request("k")).status == 201)
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// With access control one principal's keys leave room for those of others.
@Suite struct KeyShareTests {
    private let ann = Principal.test("ann")
    private let bob = Principal.test("bob")

    private func done(_ text: String = "made") -> FakeOperation {
        FakeOperation { _ throws(Problem) in .now(.text(text, status: .created)) }
    }

    /// Its outcome is kept, and may be forgotten for another key.
    private func failed() -> FakeOperation {
        FakeOperation { _ throws(Problem) in
            .now(Problem("a", .badGateway, title: "", detail: "").response(requestID: "r"))
        }
    }

    @Test func pastAQuarterOfTheKeysAPrincipalIsRefusedAndAnotherIsNot() throws {
        let harness = KeyHarness(maxKeys: 8)
        for key in ["1", "2"] {
            #expect(try harness.send(done(), try harness.request(key, of: bob)).status == 201)
        }
        let operation = done()
        let refused = try harness.send(operation, try harness.request("3", of: bob))
        #expect(refused.status == 503 && refused.string("code") == "capacity" && operation.begins == 0)
        #expect(refused.json.member("sent")?.bool == false && refused.headers[.retryAfter] != nil)
        for key in ["1", "2"] {
            #expect(try harness.send(done(), try harness.request(key, of: ann)).status == 201)
        }
        // What is kept of its own is told as before, and is forgotten when it is old.
        #expect(try harness.send(operation, try harness.request("1", of: bob)).status == 201 && operation.begins == 0)
        harness.time.advance(by: .seconds(600))
        #expect(try harness.send(operation, try harness.request("3", of: bob)).status == 201)
    }

    @Test func pastAQuarterOfTheBytesAPrincipalIsRefusedAndAnotherIsNot() throws {
        let harness = KeyHarness(maxBytes: 16_000)
        let text = String(repeating: "x", count: 2_000)
        let answers = try ["1", "2", "3"].map { try harness.send(done(text), try harness.request($0, of: bob)).status }
        #expect(answers == [201, 201, 503])
        #expect(try harness.send(done(text), try harness.request("3", of: ann)).status == 201)
    }

    @Test func anOutcomeBeyondItsPrincipalsShareIsNotKept() throws {
        let harness = KeyHarness(maxBytes: 16_000)
        let operation = FakeOperation()
        let first = try harness.send(operation, try harness.request("k", of: bob))
        operation.promise?.fulfill(.text(String(repeating: "x", count: 5_000)))
        #expect(first.status == 200)
        #expect(try harness.send(operation, try harness.request("k", of: bob)).isWaiting && operation.resumes == 1)
    }

    @Test func pastItsShareAPrincipalsOwnKeysMakeRoomAndNotAnothers() throws {
        let harness = KeyHarness(maxKeys: 8)
        let (anns, bobs) = (failed(), failed())
        _ = try harness.send(anns, try harness.request("failed", of: ann))
        _ = try harness.send(bobs, try harness.request("failed", of: bob))
        let answers = try ["1", "2", "3"].map { try harness.send(done(), try harness.request($0, of: bob)).status }
        #expect(answers == [201, 201, 503])
        _ = try harness.send(anns, try harness.request("failed", of: ann))
        #expect(anns.begins == 1 && bobs.begins == 1 && harness.keys.count == 3)
    }

    @Test func withoutAccessControlAllRoomIsForAll() throws {
        let harness = KeyHarness(maxKeys: 8)
        let answers = try (0..<9).map { try harness.send(done(), try harness.request("\($0)")).status }
        #expect(answers == Array(repeating: 201, count: 8) + [503])
    }
}

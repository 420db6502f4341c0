import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions": `PATCH /sessions/{id}`, idle expiry.
@Suite struct PatchTests {
    private let harness = GatewayHarness()

    private func session() throws -> SessionHarness {
        let pending = try harness.send(
            .post, "/sessions",
            #"{"uri":"ws://127.0.0.1:4000/s?u=1","params":{"a":1},"headers":{"X-A":"1","X-B":"2"},"auth_token":"old"}"#)
        let link = harness.transport.links[0]
        link.accept()
        return SessionHarness(harness: harness, id: try #require(pending.string("id")), link: link)
    }

    private func reconnected() throws -> Endpoint {
        harness.transport.links.last?.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        return try #require(harness.transport.links.last).endpoint
    }

    @Test func eachMemberIsReplacedWholeAndUsedByTheNextConnect() throws {
        let session = try session()
        let before = session.link.endpoint
        let answer = try session.send(.patch, "", #"{"params":{"b":2},"headers":{"X-C":"3"},"auth_token":"new"}"#)
        #expect(answer.status == 200 && answer.string("state") == "connected")
        #expect(session.link.closeCodes == [])
        let after = try reconnected()
        #expect(after.target == "/s?u=1&b=2&vsn=2.0.0")
        #expect(after.headers.map { "\($0.name): \($0.value)" } == ["X-C: 3"])
        #expect(after.subprotocols.count == 2 && after.subprotocols != before.subprotocols)
    }

    @Test func whatIsNotNamedStays() throws {
        let session = try session()
        let before = session.link.endpoint
        _ = try session.send(.patch, "", #"{"params":{"a":2}}"#)
        _ = try session.send(.patch, "", "{}")
        let after = try reconnected()
        #expect(after.target == "/s?u=1&a=2&vsn=2.0.0")
        #expect(after.headers == before.headers && after.subprotocols == before.subprotocols)
    }

    @Test func nullTakesAMemberAway() throws {
        let session = try session()
        let answer = try session.send(
            .patch, "", #"{"params":null,"headers":null,"auth_token":null,"idle_timeout":null}"#)
        #expect(answer.json.member("expires_in")?.integer == 300)
        let after = try reconnected()
        #expect(after.target == "/s?u=1&vsn=2.0.0" && after.headers == [] && after.subprotocols == [])
    }

    @Test(arguments: [
        (#"{"params":[]}"#, "/params"), (#"{"params":{"vsn":"1.0.0"}}"#, "/params"),
        (#"{"headers":{"Host":"h"}}"#, "/headers"), (#"{"headers":{"X":1}}"#, "/headers"),
        (#"{"auth_token":""}"#, "/auth_token"), (#"{"auth_token":1}"#, "/auth_token"),
        (#"{"idle_timeout":"1ms"}"#, "/idle_timeout"), (#"{"uri":"ws://127.0.0.1/"}"#, "/uri"), ("[]", ""),
    ])
    func aWrongMemberIs400AndChangesNothing(_ body: String, _ pointer: String) throws {
        let session = try session()
        let before = session.link.endpoint
        let answer = try session.send(.patch, "", body)
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == pointer)
        #expect(try reconnected() == before)
    }

    @Test func aPatchOfNoSessionIs404AndOfAnEndedOne410() throws {
        #expect(try harness.send(.patch, "/sessions/local.x", "{}").status == 404)
        let session = try session()
        _ = try session.send(.delete, "")
        #expect(try session.send(.patch, "", "{}").status == 410)
    }

    // MARK: Idle expiry

    @Test func anIdleTimeoutCountsFromThePatchOn() throws {
        let session = try session()
        #expect(
            try session.send(.patch, "", #"{"idle_timeout":"10s"}"#).json.member("expires_in")?.integer == 10)
        harness.time.advance(by: .seconds(9))
        #expect(try session.send(.patch, "", #"{"idle_timeout":"1h"}"#).status == 200)
        harness.time.advance(by: .seconds(3_000))
        #expect(try session.send(.patch, "", #"{"idle_timeout":1}"#).status == 200)
        harness.time.advance(by: .seconds(2))
        #expect(session.link.closeCodes == [1000])
        #expect(try session.send(.get, "").string("reason") == "idle")
    }

    @Test func anIdleSessionSaysSoForTenMinutesAndIsThenUnknown() throws {
        let session = try harness.session(#","idle_timeout":"10s""#)
        harness.time.advance(by: .seconds(11))
        let gone = try session.send(.get, "")
        #expect(gone.status == 410 && gone.string("code") == "session-ended" && gone.string("reason") == "idle")
        #expect(try session.send(.delete, "").status == 204)
        harness.time.advance(by: .seconds(590))
        #expect(try session.send(.put, "/topics/t").status == 410)
        #expect(try session.send(.delete, "").status == 204)
        harness.time.advance(by: .seconds(11))
        #expect(try session.send(.get, "").status == 404)
        #expect(try session.send(.delete, "").status == 404)
    }
}

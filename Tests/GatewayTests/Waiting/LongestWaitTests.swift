import Gateway
import HTTPTypes
import TestSupport
import Testing

/// api.md, "Waiting": the longest wait is `max_wait`, whatever it is set to.
@Suite struct LongestWaitTests {
    @Test func anotherLongestWaitIsHeeded() throws {
        let harness = GatewayHarness { $0.maxWait = .seconds(10) }
        let session = try harness.session()
        let preferred = try session.send(.get, "/messages?after=latest", headers: [.testPrefer: "wait=90"])
        let asked = try session.send(.get, "/messages?after=latest&wait=90s")
        harness.time.advance(by: .milliseconds(9_900))
        #expect(preferred.isWaiting && asked.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(preferred.status == 200 && asked.status == 200)
        #expect(preferred.headers[.testPreferenceApplied] == "wait=10")
    }
}

import HTTPCore
import HTTPTypes
import Testing

@Suite struct ProblemTests {
    @Test func aProblemIsAnRFC9457Document() {
        let problem = Problem(
            "push-rejected", .unprocessableContent, title: "Ti\"tle", detail: "De/tail", retryable: true
        )
        .with("sent", true).with("topic", "rooms:é").with("reply", json: Array(#"{"a":1.0}"#.utf8))
        .with(header: .retryAfter, "1")
        let response = problem.response(requestID: "r-1")
        #expect(response.status == .unprocessableContent)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.retryAfter] == "1")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"type":"urn:slipgate:problem:push-rejected","code":"push-rejected","title":"Ti\"tle","status":422,"#
                + #""detail":"De/tail","instance":"r-1","retryable":true,"sent":true,"topic":"rooms:é","reply":{"a":1.0}}"#
        )
    }

    @Test(arguments: [nil, true, false])
    func aProblemAfterSendingSaysSoOnce(_ sent: Bool?) {
        let problem = Problem("c", .serviceUnavailable, title: "t", detail: "d", retryable: true)
        let told = (sent.map { problem.with("sent", $0) } ?? problem).afterSending
        #expect(told == problem.afterSending && !told.retryable)
        #expect(told.members == problem.with("sent", true).members)
    }
}

import HTTPCore
import HTTPTypes
import Testing

@Suite struct ProblemTests {
    @Test func aProblemIsAnRFC9457Document() {
        let problem = Problem(
            "push-rejected", .unprocessableContent, title: "Ti\"tle", detail: "De/tail", retryable: true
        )
        .with(sent: true).with("topic", "rooms:é").with("reply", json: Array(#"{"a":1.0}"#.utf8))
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

    @Test(
        arguments: [
            (nil, false, true), (nil, true, false), (true, false, true), (true, true, false), (false, false, false),
            (false, true, false),
        ] as [(Bool?, Bool, Bool)])
    func itStandsUnlessItMayBeRetriedOrNothingWasSent(_ sent: Bool?, _ retryable: Bool, _ isFinal: Bool) {
        let problem = Problem("c", .conflict, title: "", detail: "", retryable: retryable).with(sent: sent)
        #expect(problem.response(requestID: "r").isFinal == isFinal)
    }

    @Test func sayingItAnewIsSayingItOnce() {
        let problem = Problem("c", .conflict, title: "", detail: "", retryable: true).with(sent: false).afterSending
        let body = String(decoding: problem.response(requestID: "r").body, as: UTF8.self)
        #expect(body.hasSuffix(#""retryable":false,"sent":true}"#))
    }
}

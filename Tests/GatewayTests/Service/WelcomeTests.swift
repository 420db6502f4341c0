import HTTPTypes
import TestSupport
import Testing

/// api.md, "Service": `/` says what this is, in text or HTML.
@Suite struct WelcomeTests {
    @Test(arguments: [
        (nil, "text/plain"), ("*/*", "text/plain"), ("text/html", "text/html"), ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/plain, text/html;q=0.5", "text/plain"), ("text/html;q=0", "text/plain"), ("text/*", "text/plain"),
        ("application/json", "text/plain"),
    ])
    func itIsAPageForWhoWantsHTMLMore(_ accept: String?, _ type: String) throws {
        let answer = try GatewayHarness().send(.get, "/", headers: accept.map { [.accept: $0] } ?? [:])
        #expect(answer.status == 200 && answer.headers[.contentType] == "\(type); charset=utf-8")
        #expect(answer.headers[.vary] == "Accept")
        #expect(answer.text.hasPrefix("<!doctype html>") == (type == "text/html"))
        #expect(answer.text.contains("Slipgate") && answer.text.contains("openapi.yaml"))
        // Where the upstream is, is not for the gateway to guess.
        #expect(!answer.text.contains("127.0.0.1") && !answer.text.contains(":4000"))
    }
}

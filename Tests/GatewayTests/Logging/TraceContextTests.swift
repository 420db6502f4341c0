import Testing

@testable import Gateway

/// W3C Trace Context, section 3.2: what is taken for a `traceparent`.
@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let valid = "00-\(trace)-00f067aa0ba902b7-01"

    @Test func aValidHeaderGivesItsTrace() {
        let context = TraceContext(Self.valid)
        #expect(context?.traceID == Self.trace && context?.header == Self.valid)
    }

    @Test func aLaterVersionIsReadAsFarAsThisOneGoesAndPassedOnAsThisOne() {
        #expect(TraceContext("cc-\(Self.trace)-00f067aa0ba902b7-01-what.comes")?.header == Self.valid)
        #expect(TraceContext("01-\(Self.trace)-00f067aa0ba902b7-01")?.header == Self.valid)
        #expect(TraceContext("cc-\(Self.trace)-00f067aa0ba902b7-01what.comes") == nil)
    }

    @Test(arguments: [
        "", "00", "ff-\(trace)-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902b7-01-more",
        "00-\(trace)-0000000000000000-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "00_\(trace)-00f067aa0ba902b7-01",
        "00-\(trace)-00f067aa0ba902b7-0g", "00-\(trace)x-00f067aa0ba902b7-1", "0-\(trace)-00f067aa0ba902b7-011",
        "00-\(trace)-00f067aa0ba902b-701", "00-\(trace)-00f067aa0ba902b7-\u{e9}",
    ])
    func whatIsNotValidIsPassedOver(_ header: String) {
        #expect(TraceContext(header) == nil)
    }

    @Test func aHeaderWithoutAnEndIsPassedOver() {
        #expect(TraceContext("01-\(Self.trace)-00f067aa0ba902b7-01-" + String(repeating: "a", count: 1_000)) == nil)
    }

    @Test(arguments: [
        ("local.0123456789abcdefABCDEF", "local.012345"), ("gw-1.zzzzzzzzzzzzzzzzzzzzzz", "gw-1.zzzzzz"),
    ])
    func aSessionsIDIsShownAsItsNodeAndSixCharacters(_ id: String, _ short: String) {
        #expect(SessionID.short(Array(id.utf8)) == short)
    }

    @Test(arguments: [
        "", ".", "local", "local.", ".0123456789abcdefABCDEF", "local.0123456789abcdefABCDE", "rooms:lobby",
        "local.0123456789abcdefABCDEF0", "Local.0123456789abcdefABCDEF", "local.0123456789abcdefABCDE-",
        "local.0123456789abcdefABCD%2F", "a/b.0123456789abcdefABCDEF", "local.0123456789abcdefABCDE\u{1B}",
    ])
    func whatHasAnotherFormIsNotShownAtAll(_ text: String) {
        #expect(SessionID.short(Array(text.utf8)) == nil)
    }
}

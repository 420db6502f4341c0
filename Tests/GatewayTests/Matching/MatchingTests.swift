import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct MatchingTests {
    @Test(arguments: [
        ("rooms:*", "rooms:lobby", true), ("rooms:*", "rooms:", true), ("rooms:*", "room:lobby", false),
        ("*", "", true),
        ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false), ("*a*", "bab", true), ("", "", true),
        ("ab*ba", "aba", false), ("*ab*ab", "abab", true), ("*ab*ab", "xab", false), (#"a\*"#, "a*", true),
        (#"a\*"#, "ab", false), (#"a\\*"#, #"a\b"#, true), ("é*", "éa", true), ("exact", "exact", true),
        ("exact", "exactly", false),
    ])
    func globsMatch(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }

    @Test func anExactNameHasNoStars() {
        #expect(Glob(exactly: "a*").matches("a*"))
        #expect(!Glob(exactly: "a*").matches("ab"))
    }

    @Test func patternsThatAreNoneSayWhere() throws {
        func error(_ text: String) throws -> PayloadPattern.ParseError? {
            let slice = try JSONText(validating: Array(text.utf8), limits: .lenient).slice
            do throws(PayloadPattern.ParseError) {
                _ = try PayloadPattern(slice)
                return nil
            } catch {
                return error
            }
        }
        #expect(try error(#"{"a":[1,{"b":null}]}"#) == nil)
        #expect(try error(#"{"a":[1,{"$any":true}]}"#)?.pointer == "/a/1/$any")
        #expect(try error(#"{"a/b":{"$x":1}}"#)?.pointer == "/a~1b/$x")
        #expect(try error(String(repeating: "[", count: 33) + String(repeating: "]", count: 33)) != nil)
        #expect(try error(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) == nil)
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ("1.5", .milliseconds(1_500)), ("0", .zero), ("0.25s", .milliseconds(250)),
    ])
    func durationsAreRead(_ text: String, _ duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: ["", "s", "-1", "+1", "1e3", "1 s", "1d", "5S", "1.", ".5", "0x10", "1.2.3", "٣", "inf", "nan"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}

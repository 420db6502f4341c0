import PhoenixChannels
import Testing

@Suite struct JSONScannerTests {
    private func error(_ bytes: [UInt8], _ limits: JSONLimits = .phoenix) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONText(validating: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "-1.5e+3", "1E9", #""""#, #"" ""#, "[1,2,[3]]", " \t\r\n{ } ",
        #"{"a":{"b":[null,true]},"a":1}"#, #""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, "\"\u{7f}é☃😀\"", "1e308",
        "12345678901234567890", "1e-400",
    ])
    func oneJSONValueIsTakenAndKeptAsItIs(_ text: String) throws {
        #expect(try JSONText(text).bytes == Array(text.utf8))
    }

    @Test(arguments: [
        ("", 0), ("  ", 2), ("{", 1), ("[1,", 3), ("[1 2]", 3), ("{} {}", 3), ("{}],[", 2), ("nul", 0), ("True", 0),
        ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), (".5", 0), ("+1", 0), ("{a:1}", 1), ("{'a':1}", 1), (#"{"a" 1}"#, 5),
        (#"{"a":1,}"#, 7), ("[1,]", 3), (#""a"#, 2), (#""\x""#, 1), (#""\u12g4""#, 1), ("\"\u{1}\"", 1),
        ("\"a\nb\"", 2), ("NaN", 0), ("\u{feff}{}", 0), ("// no", 0),
    ])
    func whatIsNotJSONIsRefusedWithItsPlace(_ text: String, _ offset: Int) {
        let error = error(Array(text.utf8))
        #expect(error != nil, "\(text) was taken")
        // The place is that of the byte, or of the token, that is wrong.
        #expect(error.map { abs($0.offset - offset) <= 2 } == true, "\(text): \(error.map(\.description) ?? "")")
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0x80, 0x22],
        ] as [[UInt8]])
    func stringsMustBeUTF8(_ bytes: [UInt8]) {
        #expect(error(bytes) != nil)
        #expect(error(bytes, .lenient) != nil)
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\u0041""#, "1e400", "-1e400", "1e99999999999",
    ])
    func whatAPhoenixServerWouldCloseTheSocketOverIsRefused(_ text: String) {
        #expect(error(Array(text.utf8)) != nil)
        #expect(error(Array(text.utf8), .lenient) == nil)
    }

    @Test func sixtyFourLevelsAreTakenAndNoMore() {
        func nested(_ levels: Int) -> [UInt8] {
            Array(String(repeating: "[", count: levels).utf8) + Array(String(repeating: "]", count: levels).utf8)
        }
        #expect(error(nested(64)) == nil)
        #expect(error(nested(65)) != nil)
        #expect(error(nested(512), .lenient) == nil)
        #expect(error(nested(100_000), .lenient) != nil)
    }

    @Test func aTextCutShortAnywhereIsRefused() {
        let whole = Array(#"{"a":[1,-2.5e3,"\ud83d\ude00é",true,null],"b":{}}"#.utf8)
        for length in 0..<whole.count { #expect(error(Array(whole.prefix(length))) != nil, "at \(length)") }
        #expect(error(whole) == nil)
    }

    @Test func lineBreaksBetweenTokensBecomeSpacesAndNothingElseChanges() throws {
        var bytes: [UInt8] = []
        try JSONText("{\r\n  \"a\\nb\": 1\n}").appendSingleLine(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{    "a\nb": 1 }"#)
    }
}

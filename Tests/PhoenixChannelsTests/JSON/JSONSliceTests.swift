import PhoenixChannels
import Testing

@Suite struct JSONSliceTests {
    private func slice(_ text: String) throws -> JSONSlice { try JSONText(text).slice }

    @Test func membersComeInOrderAndTheFirstOfDuplicatesCounts() throws {
        let value = try slice(#"{ "b" : 1, "a\u0062": [true, null], "b":2 }"#)
        #expect(value.members().map(\.name) == ["b", "ab", "b"])
        #expect(value.member("b")?.integer == 1)
        #expect(value.member("ab")?.elements().map(\.kind) == [.true, .null])
        #expect(value.member("c") == nil)
    }

    @Test func stringsAreUnescaped() throws {
        #expect(try slice(#""\ud83d\ude00 \u00e9\n\"\\\/""#).string == "😀 é\n\"\\/")
        #expect(try slice("1").string == nil)
    }

    @Test func brokenSurrogatesOfALenientTextBecomeReplacementCharacters() throws {
        let text = try JSONText(validating: Array(#""a\ud800b""#.utf8), limits: .lenient)
        #expect(text.slice.string?.filter { $0 != "\u{FFFD}" } == "ab")
    }

    @Test(arguments: [
        ("1", "1.0"), ("1", "1e0"), ("100", "1e2"), ("0", "-0.0"), ("0.1", "1e-1"),
        ("9007199254740993", "9007199254740993.0"),
        (#""é""#, #""\u00e9""#), (#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#), (#"{"a":1,"a":2}"#, #"{"a":1}"#),
        ("[1,[2]]", "[1.0,[20e-1]]"), ("null", " null "),
    ])
    func equalValuesAreEqualHoweverTheyAreWritten(_ left: String, _ right: String) throws {
        #expect(try slice(left).isEqual(to: slice(right)))
        #expect(try slice(right).isEqual(to: slice(left)))
    }

    @Test(arguments: [
        ("9007199254740993", "9007199254740992"), ("1", #""1""#), ("true", "1"), ("null", "{}"), ("[1]", "[1,1]"),
        (#"{"a":1}"#, #"{"a":1,"b":1}"#), ("0.1", "0.10000000000000001"), ("1e308", "1e307"),
    ])
    func differentValuesAreNot(_ left: String, _ right: String) throws {
        #expect(try !slice(left).isEqual(to: slice(right)))
        #expect(try !slice(right).isEqual(to: slice(left)))
    }

    @Test func wideObjectsAreComparedByATable() throws {
        let names = (0..<200).map { #""k\#($0)":\#($0)"# }
        let left = try slice("{\(names.joined(separator: ","))}")
        let right = try slice("{\(names.reversed().joined(separator: ","))}")
        #expect(left.isEqual(to: right))
    }

    @Test func numbersAreExact() throws {
        #expect(try slice("9007199254740993").integer == 9_007_199_254_740_993)
        #expect(try slice("1.5").integer == nil)
        #expect(try slice("1e2").integer == 100)
        #expect(try slice("1e30").integer == nil)
        #expect(ExactDecimal("2".utf8) < ExactDecimal("10".utf8))
        #expect(ExactDecimal("-10".utf8) < ExactDecimal("-2".utf8))
        #expect(ExactDecimal("-1".utf8) < ExactDecimal("0.0".utf8))
        #expect(ExactDecimal("1e-5".utf8) < ExactDecimal("0.0001".utf8))
        #expect(!(ExactDecimal("1.0".utf8) < ExactDecimal("1".utf8)))
    }

    @Test func stringsAreWrittenAsJSON() throws {
        var bytes: [UInt8] = []
        bytes.appendJSONString("a\"\\\n\t\u{1}\u{7f}é😀/")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(try slice(text).string == "a\"\\\n\t\u{1}\u{7f}é😀/")
        #expect(text.contains("é😀/"))
    }
}

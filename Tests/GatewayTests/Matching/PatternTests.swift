import Gateway
import PhoenixChannels
import Testing

/// `api.md`, "Messages and events", "Matching": what a pattern matches.
@Suite struct PatternTests {
    private func json(_ text: String) throws -> JSONText {
        try JSONText(validating: Array(text.utf8), limits: .lenient)
    }

    private func matches(_ pattern: String, _ payload: String) throws -> Bool {
        try PayloadPattern(json(pattern).slice).matches(.json(json(payload)))
    }

    @Test(arguments: [
        (#"{"b":{"c":[1,2]}}"#, #"{"a":1,"b":{"c":[1,2],"d":0}}"#, true), (#"{"a":1}"#, #"{"a":2}"#, false),
        (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, true), (#"{"a":1,"b":2}"#, #"{"a":1}"#, false),
        (#"{"a":{"b":1}}"#, #"{"a":{}}"#, false), (#"{"a":{"b":1}}"#, #"{"a":[1]}"#, false),
        (#"{"":1}"#, #"{"":1}"#, true), (#"{"A":1}"#, #"{"a":1}"#, false), (#"{"ab":1}"#, #"{"a":1}"#, false),
    ])
    func anObjectMatchesOneThatHasAtLeastItsMembers(_ pattern: String, _ payload: String, _ isMatch: Bool) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test(arguments: [("{}", true), (#"{"a":1}"#, true), ("[]", false), ("null", false), (#""{}""#, false)])
    func theEmptyObjectMatchesAnyObject(_ payload: String, _ isMatch: Bool) throws {
        #expect(try matches("{}", payload) == isMatch)
    }

    @Test(arguments: [
        ("[1,2]", "[1,2]", true), ("[1]", "[1,2]", false), ("[1,2]", "[1]", false), ("[1,2]", "[2,1]", false),
        ("[]", "[]", true), ("[]", "[1]", false), ("[]", "{}", false), (#"[{"a":1}]"#, #"[{"a":1,"b":2}]"#, true),
        (#"[[],{}]"#, #"[[],{"x":[]}]"#, true), (#"[{"$any":true},2]"#, "[null,2]", true),
        (#"[1,{"$gt":1}]"#, "[1,1]", false),
    ])
    func anArrayMatchesOneOfTheSameLengthElementByElement(
        _ pattern: String, _ payload: String, _ isMatch: Bool
    ) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test(arguments: [
        ("1", "1.0", true), ("1", "1e0", true), ("100", "1E+2", true), ("0", "-0.0", true), ("0.1", "1e-1", true),
        ("9007199254740993", "9007199254740992", false), ("9007199254740993", "9007199254740993.0", true),
        ("0.1", "0.10000000000000001", false), ("1e400", "10e399", true), ("1e400", "1e401", false),
        ("1", #""1""#, false), ("-1", "1", false),
    ])
    func numbersMatchByValueAsExactDecimals(_ pattern: String, _ payload: String, _ isMatch: Bool) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test(arguments: [
        (#""é""#, #""\u00e9""#, true), (#""\ud83d\ude00""#, #""😀""#, true), (#""a\/b""#, #""a/b""#, true),
        (#""\u0061\n""#, #""a\u000A""#, true), (#""é""#, #""e\u0301""#, false), (#""a""#, #""A""#, false),
        (#"{"\u0061":1}"#, #"{"a":1}"#, true), (#"{"a":1}"#, #"{"\u0061":1}"#, true),
        (#""\ud800""#, #""\ud800""#, true), (#""\ud800""#, #""\ud801""#, false), (#""\ud800""#, #""\ufffd""#, false),
        (#"{"\udfff":1}"#, #"{"\udfff":1}"#, true), (#"{"é":1}"#, #"{"e\#u{301}":1}"#, false),
    ])
    func stringsAndNamesMatchAfterUnescaping(_ pattern: String, _ payload: String, _ isMatch: Bool) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test(arguments: [
        (#"{"a":null}"#, #"{"a":null}"#, true), (#"{"a":null}"#, "{}", false), (#"{"a":null}"#, #"{"a":0}"#, false),
        ("null", "null", true), ("null", "false", false), ("true", "true", true), ("true", "false", false),
        ("false", "false", true), ("false", "null", false), ("true", "1", false),
    ])
    func nullMatchesOnlyAPresentNullAndABooleanItself(
        _ pattern: String, _ payload: String, _ isMatch: Bool
    ) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1,"a":2}"#, true), (#"{"a":2}"#, #"{"a":1,"a":2}"#, false),
        (#"{"a":1,"a":2}"#, #"{"a":1}"#, true), (#"{"a":1,"a":2}"#, #"{"a":2}"#, false),
        (#"{"a":2}"#, #"{"\u0061":1,"a":2}"#, false), (#"{"a":{"b":1},"c":0}"#, #"{"a":{},"a":{"b":1},"c":0}"#, false),
        (#"{"a":{"$exists":false}}"#, #"{"a":1,"a":2}"#, false),
    ])
    func theFirstOfDuplicateKeysCounts(_ pattern: String, _ payload: String, _ isMatch: Bool) throws {
        #expect(try matches(pattern, payload) == isMatch)
    }

    @Test func membersAreFoundInWideObjectsAndBehindDeepOnes() throws {
        let names = (0..<200).map { #""k\#($0)":\#($0)"# }
        let wide = "{\(names.reversed().joined(separator: ","))}"
        #expect(try matches("{\(names.joined(separator: " , "))}", wide))
        #expect(try !matches("{\(names.joined(separator: ",")),\"k\":1}", wide))
        let deep = String(repeating: "[", count: 500) + #""]""# + String(repeating: "]", count: 500)
        #expect(try matches(#"{"b":1}"#, #"{"a":\#(deep),"b":1}"#))
        #expect(try matches(#"{"a":{"x":0},"b":1}"#, #"{"a":{"x":0,"y":\#(deep.dropFirst().dropLast())},"b":1}"#))
        #expect(try matches(#"[{"x":0},1]"#, #"[{"x":0,"y":{"x":["}"]}} , 1]"#))
    }

    @Test func aBinaryPayloadIsMatchedAsTheObjectThatStandsForIt() throws {
        func matches(_ pattern: String) throws -> Bool {
            try PayloadPattern(json(pattern).slice).matches(.binary([1, 2]))
        }
        #expect(try matches(#"{"$type":"binary"}"#))
        #expect(try !matches(#"{"$type":"object"}"#))
        #expect(try matches(#"{"$any":true}"#) && matches(#"{"$exists":true}"#) && matches("{}"))
        #expect(try matches(#"{"$literal":{"$binary":"AQI="}}"#))
        #expect(try !matches(#"{"$literal":{"$binary":"AQM="}}"#))
        #expect(try !matches(#"{"$literal":{"$binary":"AQI=","more":1}}"#))
        #expect(try !matches(#""AQI=""#) && !matches(#"{"$prefix":""}"#) && !matches(#"{"a":1}"#))
        #expect(try matches(#"{"$not":{"$type":"object"}}"#))
    }

    @Test func anObjectThatLooksLikeABinaryPayloadIsNone() throws {
        let payload = #"{"$binary":"AQI="}"#
        #expect(try !matches(#"{"$type":"binary"}"#, payload))
        #expect(try matches(#"{"$type":"object"}"#, payload))
        #expect(try !matches(#"{"a":{"$type":"binary"}}"#, #"{"a":\#(payload)}"#))
    }

    @Test(arguments: [
        (#"{"$exists":false}"#, true), (#"{"$exists":true}"#, false), (#"{"$any":true}"#, false), ("null", false),
        (#"{"$not":1}"#, false), (#"{"$in":[1,{"$exists":false}]}"#, false), (#"{"a":{"$exists":false}}"#, false),
    ])
    func withoutAPayloadOnlyItsAbsenceMatches(_ pattern: String, _ isMatch: Bool) throws {
        #expect(try PayloadPattern(json(pattern).slice).matches(nil) == isMatch)
    }

    /// Were alternatives tried one by one, each of these would walk through the payload again, which would take minutes.
    @Test(.timeLimit(.minutes(10))) func alternativesDoNotMultiplyTheCost() throws {
        let alternatives = (0..<1_500).map { #"{"k\#($0)":1}"# }.joined(separator: ",")
        let filler = Array(repeating: "[0,1]", count: 800_000).joined(separator: ",")
        let payload = #"{"filler":[\#(filler)],"k1499":1}"#
        #expect(try matches(#"{"$in":[\#(alternatives)]}"#, payload))
        #expect(try !matches(#"{"$not":{"$in":[\#(alternatives)]}}"#, payload))
    }

    @Test func operatorsNest() throws {
        var nested = #"{"a":1}"#
        for _ in 0..<10 { nested = #"{"$in":[{"$not":\#(nested)},"x"]}"# }
        #expect(try matches(nested, #"{"a":1}"#))
        #expect(try !matches(#"{"$not":\#(nested)}"#, #"{"a":1}"#))
    }
}

import Gateway
import PhoenixChannels
import Testing

/// `api.md`, "Messages and events", "Matching": the operators, each with what it matches in the member `a` and what not.
@Suite struct PatternOperatorTests {
    private func matches(_ pattern: String, _ payload: String) throws -> Bool {
        let pattern = try JSONText(validating: Array(pattern.utf8), limits: .lenient)
        return try PayloadPattern(pattern.slice).matches(
            JSONText(validating: Array(payload.utf8), limits: .lenient).slice)
    }

    private func inMemberA(_ condition: String, _ value: String) throws -> Bool {
        try matches(#"{"a":\#(condition)}"#, #"{"a":\#(value),"b":0}"#)
    }

    @Test(arguments: ["null", "0", "false", #""""#, "[]", "{}"])
    func anyMatchesWhateverIsThere(_ value: String) throws {
        #expect(try inMemberA(#"{"$any":true}"#, value))
        #expect(try matches(#"{"$any":true}"#, value))
        #expect(try inMemberA(#"{"$exists":true}"#, value))
        #expect(try !inMemberA(#"{"$exists":false}"#, value))
    }

    @Test(arguments: [
        (#"{"$in":[1,"x",{"b":2}]}"#, "1.0", true), (#"{"$in":[1,"x",{"b":2}]}"#, #""x""#, true),
        (#"{"$in":[1,"x",{"b":2}]}"#, #"{"b":2,"c":3}"#, true), (#"{"$in":[1,"x",{"b":2}]}"#, "2", false),
        (#"{"$in":[]}"#, "1", false), (#"{"$in":[[1]]}"#, "1", false), (#"{"$in":[{"$gt":5},{"$lt":1}]}"#, "6", true),
        (#"{"$in":[{"$gt":5},{"$lt":1}]}"#, "3", false), (#"{"$in":[[1],[1,2]]}"#, "[1,2]", true),
        (#"{"$in":[[1],[2,2]]}"#, "[2]", false), (#"{"$in":[{"b":1,"c":1},{"b":2,"c":2}]}"#, #"{"b":1,"c":2}"#, false),
        (#"{"$in":[{"$in":[1]},{"$in":[2]}]}"#, "2", true), (#"{"$in":[{"$exists":false},1]}"#, "1", true),
        (#"{"$in":[{"$exists":false}]}"#, "1", false),
    ])
    func inMatchesWhatOneOfThePatternsMatches(_ condition: String, _ value: String, _ isMatch: Bool) throws {
        #expect(try inMemberA(condition, value) == isMatch)
    }

    @Test(arguments: [
        (#"{"$not":1}"#, "2", true), (#"{"$not":1}"#, "1e0", false), (#"{"$not":null}"#, "0", true),
        (#"{"$not":null}"#, "null", false), (#"{"$not":{"b":1}}"#, "{}", true),
        (#"{"$not":{"b":1}}"#, #"{"b":1,"c":1}"#, false), (#"{"$not":{"$in":[1,2]}}"#, "3", true),
        (#"{"$not":{"$in":[1,2]}}"#, "2", false), (#"{"$not":{"$not":1}}"#, "1", true),
        (#"{"$not":{"$any":true}}"#, "1", false), (#"{"$not":{"$exists":false}}"#, "1", true),
        (#"{"$not":{"b":{"$exists":false}}}"#, #"{"b":1}"#, true),
        (#"{"$not":{"b":{"$exists":false}}}"#, "{}", false), (#"{"$not":[1]}"#, "[1,2]", true),
    ])
    func notMatchesWhatThePatternDoesNot(_ condition: String, _ value: String, _ isMatch: Bool) throws {
        #expect(try inMemberA(condition, value) == isMatch)
    }

    @Test(arguments: [
        (#"{"$gt":5}"#, "5.0000000000000000001", true), (#"{"$gt":5}"#, "5.0", false), (#"{"$gte":5}"#, "50e-1", true),
        (#"{"$gte":5}"#, "4.9", false), (#"{"$lt":-1}"#, "-1e1", true), (#"{"$lt":-1}"#, "-1", false),
        (#"{"$lte":0}"#, "-0.0", true), (#"{"$lte":0}"#, "1e-300", false),
        (#"{"$gt":9007199254740992}"#, "9007199254740993", true), (#"{"$lt":1e400}"#, "9e399", true),
        (#"{"$gte":1,"$lt":3}"#, "1", true), (#"{"$gte":1,"$lt":3}"#, "3", false), (#"{"$gt":1}"#, #""2""#, false),
        (#"{"$lt":1}"#, "null", false), (#"{"$gt":-1}"#, "false", false), (#"{"$lte":1}"#, "[0]", false),
    ])
    func numbersAreOrderedAsExactDecimals(_ condition: String, _ value: String, _ isMatch: Bool) throws {
        #expect(try inMemberA(condition, value) == isMatch)
    }

    @Test(arguments: [
        (#"{"$prefix":"rooms:"}"#, #""rooms:1""#, true), (#"{"$prefix":"rooms:"}"#, #""rooms:""#, true),
        (#"{"$prefix":"rooms:"}"#, #""room""#, false), (#"{"$prefix":""}"#, #""""#, true),
        (#"{"$prefix":""}"#, "1", false), (#"{"$prefix":"é"}"#, #""\u00e9a""#, true),
        (#"{"$prefix":"e"}"#, #""e\#u{301}""#, true), (#"{"$prefix":"a*"}"#, #""ab""#, false),
        (#"{"$prefix":"\u0061"}"#, #""abc""#, true), (#"{"$prefix":"a"}"#, #"["a"]"#, false),
        (#"{"$prefix":"a","$not":"ab"}"#, #""ab""#, false), (#"{"$prefix":"a","$not":"ab"}"#, #""ac""#, true),
    ])
    func prefixMatchesWhatBeginsLikeIt(_ condition: String, _ value: String, _ isMatch: Bool) throws {
        #expect(try inMemberA(condition, value) == isMatch)
    }

    @Test(arguments: [
        ("string", #""1""#), ("number", "1"), ("boolean", "true"), ("boolean", "false"), ("null", "null"),
        ("array", "[]"), ("object", "{}"),
    ])
    func typeTellsTheKindsApart(_ type: String, _ value: String) throws {
        for other in ["string", "number", "boolean", "null", "array", "object", "binary"] {
            #expect(try inMemberA(#"{"$type":"\#(other)"}"#, value) == (other == type), "\(other)")
            #expect(try matches(#"{"$type":"\#(other)"}"#, value) == (other == type), "\(other)")
        }
    }

    @Test(arguments: [
        #"{"$any":true}"#, #"{"$in":[1,null]}"#, #"{"$not":1}"#, #"{"$gt":0}"#, #"{"$gte":0}"#, #"{"$lt":0}"#,
        #"{"$lte":0}"#, #"{"$prefix":""}"#, #"{"$type":"null"}"#, #"{"$exists":true}"#, #"{"$literal":null}"#, "{}",
        "null", "[]", #"{"$not":{"$exists":true}}"#, #"{"$not":{"$exists":false}}"#,
        #"{"$in":[{"$exists":false}]}"#, #"{"$exists":false,"$any":true}"#, #"{"$not":{"$not":null}}"#,
    ])
    func allButExistsFalseNeedTheMemberToBeThere(_ condition: String) throws {
        #expect(try !matches(#"{"a":\#(condition)}"#, #"{"b":0}"#))
        #expect(try !matches(#"{"a":{"b":\#(condition)}}"#, #"{"b":0}"#))
        #expect(try !matches(#"{"b":{"c":\#(condition)}}"#, #"{"b":0}"#))
    }

    @Test func existsFalseNeedsItNotToBeThere() throws {
        #expect(try matches(#"{"a":{"$exists":false}}"#, #"{"b":0}"#))
        #expect(try matches(#"{"a":{"$exists":false},"b":0}"#, #"{"b":0}"#))
        #expect(try !matches(#"{"a":{"$exists":false}}"#, #"{"a":null}"#))
        #expect(try !matches(#"{"a":{"$exists":false}}"#, "[]"), "it is said of an object's member")
        #expect(try !matches(#"{"c":{"a":{"$exists":false}}}"#, #"{"b":0}"#))
    }

    @Test(arguments: [
        (#"{"$literal":{"$gt":5}}"#, #"{"$gt":5,"more":1}"#, true), (#"{"$literal":{"$gt":5}}"#, "6", false),
        (#"{"$literal":{"$literal":1}}"#, #"{"$literal":1}"#, true), (#"{"$literal":{"$literal":1}}"#, "1", false),
        (#"{"$literal":{"$a":1,"b":[{"$in":[]}]}}"#, #"{"$a":1,"b":[{"$in":[]}]}"#, true),
        (#"{"$literal":1}"#, "1.0", true), (#"{"$literal":{}}"#, #"{"$a":1}"#, true),
        (#"{"$not":{"$literal":{"$a":1}}}"#, #"{"$a":1}"#, false),
        (#"{"$literal":{"$a":1},"$any":true}"#, #"{"$a":1}"#, true),
    ])
    func literalIsAPatternWhoseDollarNamesArePlain(_ condition: String, _ value: String, _ isMatch: Bool) throws {
        #expect(try inMemberA(condition, value) == isMatch)
    }

    @Test func operatorsComeBackAfterALiteral() throws {
        #expect(try matches(#"{"a":{"$literal":{"$x":1}},"b":{"$gt":1}}"#, #"{"a":{"$x":1},"b":2}"#))
    }

    @Test func anObjectOfOperatorsIsTheirConjunction() throws {
        let pattern = #"{"$type":"number","$gt":1,"$not":{"$gt":9},"$exists":true}"#
        #expect(try matches(pattern, "2"))
        for value in ["1", "10", #""2""#, "null"] { #expect(try !matches(pattern, value), "\(value)") }
    }

    @Test func anOperatorsNameMayBeEscaped() throws {
        #expect(try matches(#"{"\u0024gt":1}"#, "2"))
    }
}

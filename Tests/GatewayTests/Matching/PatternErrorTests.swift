import Gateway
import PhoenixChannels
import Testing

/// `api.md`, "Messages and events", "Matching": what is no pattern, and where it is told to be wrong.
@Suite struct PatternErrorTests {
    private func error(_ pattern: String) throws -> PayloadPattern.ParseError? {
        let limits = JSONLimits(maxDepth: 16_384, refusesLoneSurrogates: false, refusesHugeNumbers: false)
        let slice = try JSONText(validating: Array(pattern.utf8), limits: limits).slice
        do throws(PayloadPattern.ParseError) {
            _ = try PayloadPattern(slice)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (#"{"$gt":1,"a":2}"#, "/$gt"), (#"{"a":2,"$gt":1}"#, "/$gt"), (#"{"a":[0,{"b":1,"$any":true}]}"#, "/a/1/$any"),
        (#"{"a":1,"":2,"$":3}"#, "/$"), (#"{"a":{"$not":{"$in":[],"b":{"$x":1}}}}"#, "/a/$not/$in"),
        (#"{"\u0024any":true,"a":1}"#, "/$any"),
    ])
    func mixedKeysAreRefused(_ pattern: String, _ pointer: String) throws {
        let error = try #require(try error(pattern))
        #expect(error.pointer == pointer)
        #expect(error.detail.contains("$literal") && error.detail.contains("plain name"))
    }

    @Test(arguments: [
        (#"{"$foo":1}"#, "/$foo"), (#"{"a":[1,{"$regex":"."}]}"#, "/a/1/$regex"), (#"{"$":1}"#, "/$"),
        (#"{"$GT":1}"#, "/$GT"), (#"{"$gt ":1}"#, "/$gt "), (#"{"$any":true,"$x":1}"#, "/$x"),
        (#"{"$in":[1,{"$not":{"$y":0}}]}"#, "/$in/1/$not/$y"), (#"{"a/b":{"m~n":{"$/~":1}}}"#, "/a~1b/m~0n/$~1~0"),
        (#"{"a/\u0301":{"$x":1}}"#, "/a~1\u{301}/$x"), (#"{"":{"$x":1}}"#, "//$x"),
        (#"{"$binary":"AQI="}"#, "/$binary"),
    ])
    func unknownOperatorsAreRefused(_ pattern: String, _ pointer: String) throws {
        let error = try #require(try error(pattern))
        #expect(Array(error.pointer.utf8) == Array(pointer.utf8), "\(error.pointer)")
        #expect(error.detail.contains("$any, $in, $not, $gt, $gte, $lt, $lte, $prefix, $type, $exists, $literal"))
    }

    @Test(arguments: [
        (#"{"a":{"$any":false}}"#, "/a/$any", #"{"$any": true}"#), (#"{"$any":1}"#, "/$any", #"{"$any": true}"#),
        (#"{"$any":null}"#, "/$any", #"{"$any": true}"#), (#"{"$in":1}"#, "/$in", "an array of patterns"),
        (#"{"$in":{"a":1}}"#, "/$in", "an array of patterns"), (#"[{"$gt":"1"}]"#, "/0/$gt", #"{"$gt": 5}"#),
        (#"{"$gte":null}"#, "/$gte", #"{"$gte": 5}"#), (#"{"$lt":[1]}"#, "/$lt", #"{"$lt": 5}"#),
        (#"{"$lte":{"$any":true}}"#, "/$lte", #"{"$lte": 5}"#), (#"{"$prefix":1}"#, "/$prefix", "a string"),
        (#"{"$prefix":["a"]}"#, "/$prefix", "a string"),
        (#"{"$type":"integer"}"#, "/$type", "string, number, boolean, "),
        (#"{"$type":"String"}"#, "/$type", "null, array, object, binary"), (#"{"$type":1}"#, "/$type", "one of"),
        (#"{"$type":["string"]}"#, "/$type", "one of"), (#"{"$exists":1}"#, "/$exists", "true or false"),
        (#"{"$exists":"false"}"#, "/$exists", "true or false"), (#"{"$exists":null}"#, "/$exists", "true or false"),
        (#"{"$gt":1,"$gt":2}"#, "/$gt", "more than one"), (#"{"$not":{"$any":0}}"#, "/$not/$any", "takes true"),
    ])
    func wrongOperandsAreRefusedAndSayWhatToWrite(_ pattern: String, _ pointer: String, _ words: String) throws {
        let error = try #require(try error(pattern))
        #expect(error.pointer == pointer)
        #expect(error.detail.contains(words), "\(error.detail)")
    }

    @Test func thirtyTwoLevelsAreTakenAndNoMore() throws {
        func nested(_ levels: Int, _ open: String, _ close: String, _ inner: String = "") -> String {
            String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
        }
        for (open, close, step, inner) in [
            ("[", "]", "/0", ""), (#"{"a":"#, "}", "/a", "1"), (#"{"$not":"#, "}", "/$not", "1"),
            (#"{"$literal":"#, "}", "/$literal", "1"),
        ] {
            #expect(try error(nested(32, open, close, inner)) == nil)
            let tooDeep = try #require(try error(nested(33, open, close, inner)))
            #expect(tooDeep.pointer == String(repeating: step, count: 32))
            #expect(tooDeep.detail.contains("32"))
        }
        #expect(try error(nested(16, #"{"$in":["#, "]}", "1")) == nil)
        #expect(try error(nested(16, #"{"$in":["#, "]}", "{}"))?.pointer == String(repeating: "/$in/0", count: 16))
        #expect(try error(nested(8_000, "[", "]"))?.pointer == String(repeating: "/0", count: 32))
        #expect(try error(#"{"a":\#(nested(31, "[", "]")),"b":\#(nested(31, "[", "]"))}"#) == nil)
    }

    @Test func aLongNameIsToldInShort() throws {
        let name = String(repeating: "x", count: 10_000)
        let error = try #require(try error(#"{"$\#(name)":1}"#))
        #expect(error.pointer == "/$\(name)")
        #expect(error.detail.utf8.count < 600)
    }
}

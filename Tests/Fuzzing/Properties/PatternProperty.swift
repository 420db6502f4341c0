import Gateway
import PhoenixChannels

/// A pattern and what it is matched with, a line break between them: as payloads, and as the names of topics.
enum PatternProperty {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let pattern = Array(parts[0])
        let subject = parts.count == 2 ? Array(parts[1]) : pattern
        try checkPayload(pattern, subject)
        try GlobProperty.check(pattern, subject)
    }

    private static func checkPayload(_ pattern: [UInt8], _ subject: [UInt8]) throws(Violation) {
        guard let json = try? JSONText(validating: pattern, limits: .lenient) else { return }
        let value = (try? JSONText(validating: subject, limits: .lenient)) ?? json
        if let literal = try compiled(#"{"$literal":"#, pattern, "}") {
            try require(literal.matches(json.slice), "a pattern without operators doesn't match itself")
            let isEqual = value.slice.isEqual(to: json.slice)
            try require(!isEqual || literal.matches(value.slice), "what equals the pattern doesn't match it")
        }
        guard let plain = try compiled("", pattern, "") else { return }
        let isMatch = plain.matches(value.slice)
        let forms = [
            (#"{"$not":"#, "}", !isMatch), (#"{"$in":[0,"#, "]}", isMatch || value.slice.integer == 0),
            (#"{"$any":true,"$in":["#, "]}", isMatch),
        ]
        for (before, behind, isMatch) in forms {
            // None, where the pattern is as deep as one may be.
            guard let form = try compiled(before, pattern, behind) else { continue }
            try require(form.matches(value.slice) == isMatch, "\(before) around a pattern")
        }
        try checkMember(pattern, value, isMatch)
    }

    /// The same as a member's and an element's.
    private static func checkMember(_ pattern: [UInt8], _ value: JSONText, _ isMatch: Bool) throws(Violation) {
        let bytes = Array(#"{"b":0,"a":["#.utf8) + value.bytes + Array("]}".utf8)
        guard let member = try compiled(#"{"a":["#, pattern, "]}"),
            let whole = try? JSONText(validating: bytes, limits: .lenient)
        else { return }
        try require(member.matches(whole.slice) == isMatch, "a pattern inside another")
    }

    /// Nil for what is no pattern, of which it is told where.
    private static func compiled(
        _ before: String, _ pattern: [UInt8], _ behind: String
    ) throws(Violation) -> PayloadPattern? {
        let bytes = Array(before.utf8) + pattern + Array(behind.utf8)
        guard let json = try? JSONText(validating: bytes, limits: .lenient) else { return nil }
        let error: PayloadPattern.ParseError
        do throws(PayloadPattern.ParseError) {
            return try PayloadPattern(json.slice)
        } catch let caught {
            error = caught
        }
        // A slash with an accent is another character.
        let first = error.pointer.utf8.first
        try require(first == nil || first == UInt8(ascii: "/"), "the pointer is \(error.pointer)")
        try require(!error.detail.isEmpty, "an error without words")
        return nil
    }
}

import Gateway
import PhoenixChannels

/// A pattern and what it is matched with, a line break between them: as payloads, and as the names of topics.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = Array(parts[0])
    let subject = parts.count == 2 ? Array(parts[1]) : pattern
    fuzzPayload(pattern, subject)
    fuzzGlob(pattern, subject)
    return 0
}

private func fuzzPayload(_ pattern: [UInt8], _ subject: [UInt8]) {
    guard let text = try? JSONText(validating: pattern, limits: .lenient) else { return }
    let value = (try? JSONText(validating: subject, limits: .lenient)) ?? text
    if let literal = compiled(#"{"$literal":"#, pattern, "}") {
        precondition(literal.matches(text.slice), "a pattern without operators matches itself")
        let isEqual = value.slice.isEqual(to: text.slice)
        precondition(!isEqual || literal.matches(value.slice), "what equals the pattern doesn't match it")
    }
    guard let plain = compiled("", pattern, "") else { return }
    let isMatch = plain.matches(value.slice)
    let forms = [
        (#"{"$not":"#, "}", !isMatch), (#"{"$in":[0,"#, "]}", isMatch || value.slice.integer == 0),
        (#"{"$any":true,"$in":["#, "]}", isMatch),
    ]
    for (before, behind, isMatch) in forms {
        // None, where the pattern is as deep as one may be.
        guard let form = compiled(before, pattern, behind) else { continue }
        precondition(form.matches(value.slice) == isMatch, "\(before) around a pattern")
    }
    fuzzMember(pattern, value, isMatch)
}

/// The same as a member's and an element's.
private func fuzzMember(_ pattern: [UInt8], _ value: JSONText, _ isMatch: Bool) {
    let bytes = Array(#"{"b":0,"a":["#.utf8) + value.bytes + Array("]}".utf8)
    guard let member = compiled(#"{"a":["#, pattern, "]}"),
        let whole = try? JSONText(validating: bytes, limits: .lenient)
    else { return }
    precondition(member.matches(whole.slice) == isMatch, "a pattern inside another")
}

/// Nil for what is no pattern, of which it is told where.
private func compiled(_ before: String, _ pattern: [UInt8], _ behind: String) -> PayloadPattern? {
    let bytes = Array(before.utf8) + pattern + Array(behind.utf8)
    guard let text = try? JSONText(validating: bytes, limits: .lenient) else { return nil }
    do throws(PayloadPattern.ParseError) {
        return try PayloadPattern(text.slice)
    } catch {
        precondition(error.pointer.isEmpty || error.pointer.first == "/")
        precondition(!error.detail.isEmpty)
        return nil
    }
}

private func fuzzGlob(_ pattern: [UInt8], _ subject: [UInt8]) {
    guard let pattern = String(validating: pattern, as: UTF8.self),
        let subject = String(validating: subject, as: UTF8.self)
    else { return }
    precondition(Glob(exactly: subject).matches(subject))
    precondition(Glob(pattern).matches(subject) == matchesPlainly(pattern, subject), "\(pattern) with \(subject)")
}

/// The same by the book: each place of the text that the pattern so far can reach.
private func matchesPlainly(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let text = Array(text.utf8)
    var reached: Set<Int> = [0]
    var index = 0
    while index < pattern.count {
        let isEscape =
            pattern[index] == UInt8(ascii: "\\") && index + 1 < pattern.count
            && [UInt8(ascii: "*"), UInt8(ascii: "\\")].contains(pattern[index + 1])
        if !isEscape, pattern[index] == UInt8(ascii: "*") {
            reached = reached.min().map { Set($0...text.count) } ?? []
        } else {
            if isEscape { index += 1 }
            reached = Set(reached.filter { $0 < text.count && text[$0] == pattern[index] }.map { $0 + 1 })
        }
        index += 1
    }
    return reached.contains(text.count)
}

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
    do throws(PayloadPattern.ParseError) {
        let compiled = try PayloadPattern(text.slice)
        precondition(compiled.matches(text.slice), "a pattern without operators matches itself")
        if let value = try? JSONText(validating: subject, limits: .lenient) {
            let isEqual = value.slice.isEqual(to: text.slice)
            precondition(!isEqual || compiled.matches(value.slice), "what equals the pattern doesn't match it")
        }
    } catch {
        precondition(error.pointer.isEmpty || error.pointer.first == "/")
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

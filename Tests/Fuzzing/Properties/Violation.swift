/// What a property doesn't hold for, in words.
package struct Violation: Error, CustomStringConvertible {
    package let description: String
}

/// Throws unless a condition holds.
func require(_ condition: Bool, _ words: @autoclosure () -> String, line: Int = #line) throws(Violation) {
    guard !condition else { return }
    throw Violation(description: "\(words()), at line \(line)")
}

/// The value of what must not be nil.
func required<Value>(
    _ value: Value?, _ words: @autoclosure () -> String, line: Int = #line
) throws(Violation) -> Value {
    guard let value else { throw Violation(description: "\(words()), at line \(line)") }
    return value
}

/// Bytes as a text, where they are one.
func text(_ bytes: some Collection<UInt8>) -> String? { String(validating: bytes, as: UTF8.self) }

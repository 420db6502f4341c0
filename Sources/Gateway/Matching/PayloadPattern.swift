package import PhoenixChannels

/// A pattern for payloads: an object matches one with at least these members, as Elixir's map patterns do.
package struct PayloadPattern: Sendable {
    /// Why a pattern was refused; `pointer` (RFC 6901) says where in it.
    package struct ParseError: Error, Equatable {
        package let pointer: String
        package let detail: String
    }

    /// Nested deeper than that, a pattern is refused.
    private static let maxDepth = 32

    private let pattern: JSONSlice

    package init(_ pattern: JSONSlice) throws(ParseError) {
        try Self.check(pattern, at: "", depth: 1)
        self.pattern = pattern
    }

    package func matches(_ value: JSONSlice) -> Bool {
        value.contains(pattern)
    }

    /// Names that begin with `$` are kept for operators, so that no pattern changes its meaning when they come.
    private static func check(_ value: JSONSlice, at pointer: String, depth: Int) throws(ParseError) {
        guard depth <= maxDepth else {
            throw ParseError(pointer: pointer, detail: "A pattern may be nested \(maxDepth) levels deep.")
        }
        switch value.kind {
        case .object:
            for member in value.members() {
                let place = pointer + "/" + JSONPointer.escape(member.name)
                guard !member.name.hasPrefix("$") else {
                    throw ParseError(
                        pointer: place,
                        detail: "Names that begin with '$' are kept for operators, and there is none '\(member.name)'.")
                }
                try check(member.value, at: place, depth: depth + 1)
            }
        case .array:
            for (index, element) in value.elements().enumerated() {
                try check(element, at: "\(pointer)/\(index)", depth: depth + 1)
            }
        case .string, .number, .true, .false, .null:
            break
        }
    }
}

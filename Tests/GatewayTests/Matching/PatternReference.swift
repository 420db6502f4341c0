/// A JSON value as the reference matcher sees it: a tree, its strings as Unicode scalars.
indirect enum ReferenceValue {
    case object([(name: [UInt32], value: ReferenceValue)])
    case array([ReferenceValue])
    case string([UInt32])
    case number(ReferenceNumber)
    case boolean(Bool)
    case null

    var type: String {
        switch self {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number: "number"
        case .boolean: "boolean"
        case .null: "null"
        }
    }

    func member(_ name: [UInt32]) -> ReferenceValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

/// The number ±0.DIGITS × 10^`exponent`.
struct ReferenceNumber {
    var isNegative = false
    /// From 0 to 9, with zeros wherever they happen to be.
    var digits: [UInt8]
    var exponent: Int

    /// Places before and behind the point that every number of the test fits: they are all written out.
    private static let reach = 70

    /// The digits of the magnitude, written out.
    private var writtenOut: [UInt8] {
        let before = Self.reach - exponent
        return Array(repeating: 0, count: before) + digits
            + Array(repeating: 0, count: 2 * Self.reach - before - digits.count)
    }

    /// Less than, equal to or more than zero, as this number is to another.
    func compared(to other: ReferenceNumber) -> Int {
        let left = writtenOut.map { isNegative ? -Int($0) : Int($0) }
        let right = other.writtenOut.map { other.isNegative ? -Int($0) : Int($0) }
        // The first digit that differs decides: a sign stands before each of them.
        for (left, right) in zip(left, right) where left != right { return left < right ? -1 : 1 }
        return 0
    }
}

/// A pattern as the reference matcher sees it.
indirect enum ReferencePattern {
    case object([(name: [UInt32], pattern: ReferencePattern)])
    case array([ReferencePattern])
    case equal(ReferenceValue)
    case operators([Operator])

    enum Operator {
        case any
        case `in`([ReferencePattern])
        case not(ReferencePattern)
        case compare(String, ReferenceNumber)
        case prefix([UInt32])
        case type(String)
        case exists(Bool)
        case literal(ReferencePattern)
    }

    /// The contract, sentence by sentence.
    func matches(_ value: ReferenceValue?) -> Bool {
        switch self {
        case .operators(let operators):
            return operators.allSatisfy { Self.fulfills($0, value) }
        case .object(let members):
            guard case .object = value else { return false }
            return members.enumerated().allSatisfy { index, member in
                let isDuplicate = members[..<index].contains { $0.name == member.name }
                return isDuplicate || member.pattern.matches(value?.member(member.name))
            }
        case .array(let patterns):
            guard case .array(let elements) = value, elements.count == patterns.count else { return false }
            return zip(patterns, elements).allSatisfy { $0.matches($1) }
        case .equal(let wanted):
            return Self.areEqual(wanted, value)
        }
    }

    private static func areEqual(_ wanted: ReferenceValue, _ value: ReferenceValue?) -> Bool {
        switch (wanted, value) {
        case (.string(let wanted), .string(let value)): wanted == value
        case (.number(let wanted), .number(let value)): wanted.compared(to: value) == 0
        case (.boolean(let wanted), .boolean(let value)): wanted == value
        case (.null, .null): true
        case (_, _): false
        }
    }

    private static func fulfills(_ condition: Operator, _ value: ReferenceValue?) -> Bool {
        if case .exists(false) = condition { return value == nil }
        guard let value else { return false }
        switch condition {
        case .any: return true
        case .exists(let isWanted): return isWanted
        case .in(let patterns): return patterns.contains { $0.matches(value) }
        case .not(let pattern): return !pattern.matches(value)
        case .literal(let pattern): return pattern.matches(value)
        case .type(let type): return value.type == type
        case .prefix(let prefix):
            guard case .string(let string) = value else { return false }
            return string.starts(with: prefix)
        case .compare(let name, let number):
            guard case .number(let own) = value else { return false }
            let order = own.compared(to: number)
            switch name {
            case "$gt": return order > 0
            case "$gte": return order >= 0
            case "$lt": return order < 0
            default: return order <= 0
            }
        }
    }
}

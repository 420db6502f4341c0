import TestSupport

/// Random payloads, and patterns that are made out of a payload so that many match it.
struct PatternGenerator {
    var random: SeededGenerator

    private static let characters: [UInt32] = [
        0x61, 0x61, 0x62, 0xE9, 0x301, 0x65, 0x1F600, 0x22, 0x5C, 0x2F, 0x0A, 0x00, 0x7F, 0x2A, 0x24, 0xFFFD, 0xDC00,
    ]
    private static let names: [[UInt32]] = [
        [0x61], [0x61], [0x62], [0x62], [0x63], [], [0xE9], [0x65, 0x301], [0x61, 0x2F, 0x7E], [0x24, 0x78], [0xDC00],
        [0x24, 0x67, 0x74],
    ]
    private static let types = ["string", "number", "boolean", "null", "array", "object", "binary"]

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func value(depth: Int) -> ReferenceValue {
        switch number(0...(depth > 0 ? 9 : 5)) {
        case 0: return .null
        case 1: return .boolean(chance(50))
        case 2, 3: return .string(string())
        case 4, 5: return .number(decimal())
        case 6: return .array((0..<number(0...3)).map { _ in value(depth: depth - 1) })
        default: return .object((0..<number(0...5)).map { _ in (name(), value(depth: depth - 1)) })
        }
    }

    private mutating func name() -> [UInt32] { Self.names[number(0...Self.names.count - 1)] }

    private mutating func string() -> [UInt32] {
        (0..<number(0...3)).map { _ in Self.characters[number(0...Self.characters.count - 1)] }
    }

    /// Few numbers, so that they meet; and some that a double can't tell apart.
    mutating func decimal() -> ReferenceNumber {
        let mantissa = chance(15) ? 9_007_199_254_740_992 + number(0...1) : number(0...12)
        let digits = String(mantissa).utf8.map { $0 - UInt8(ascii: "0") }
        let scale = chance(60) ? 0 : number(-20...20)
        return ReferenceNumber(isNegative: chance(25), digits: digits, exponent: digits.count + scale)
    }

    /// A pattern for this value, or for its absence, which may match it.
    mutating func pattern(for value: ReferenceValue?, depth: Int) -> ReferencePattern {
        if chance(8) { return pattern(for: self.value(depth: 1), depth: depth - 1) }
        guard let value else { return chance(60) ? .operators([.exists(false)]) : .operators([.exists(true)]) }
        if depth <= 0 || chance(60) { return structure(of: value, depth: depth, isLiteral: false) }
        var operators: [ReferencePattern.Operator] = []
        var used: Set<Int> = []
        for _ in 0..<number(1...2) {
            let kind = number(0...7)
            if used.insert(kind).inserted { operators.append(condition(kind, on: value, depth: depth)) }
        }
        return .operators(operators)
    }

    private mutating func condition(
        _ kind: Int, on value: ReferenceValue, depth: Int
    ) -> ReferencePattern.Operator {
        switch kind {
        case 0: return .any
        case 1: return .exists(chance(85))
        case 2:
            var alternatives = (0..<number(0...2)).map { _ in pattern(for: self.value(depth: 1), depth: depth - 1) }
            if chance(75) {
                alternatives.insert(pattern(for: value, depth: depth - 1), at: number(0...alternatives.count))
            }
            return .in(alternatives)
        case 3: return .not(pattern(for: chance(40) ? value : self.value(depth: 1), depth: depth - 1))
        case 4:
            let order = ["$gt", "$gte", "$lt", "$lte"][number(0...3)]
            if case .number(let own) = value, chance(30) { return .compare(order, own) }
            return .compare(order, decimal())
        case 5:
            guard case .string(let own) = value, chance(85) else { return .prefix(string()) }
            return .prefix(Array(own.prefix(number(0...own.count))))
        case 6: return .type(chance(75) ? value.type : Self.types[number(0...Self.types.count - 1)])
        default: return .literal(structure(of: value, depth: depth, isLiteral: true))
        }
    }

    /// The value itself as a pattern, with less in its objects, and something else here and there.
    private mutating func structure(of value: ReferenceValue, depth: Int, isLiteral: Bool) -> ReferencePattern {
        switch value {
        case .object(let members):
            var wanted: [(name: [UInt32], pattern: ReferencePattern)] = []
            for member in members where chance(60) && (isLiteral || member.name.first != 0x24) {
                // The first of duplicates, since that is what counts.
                guard let own = value.member(member.name) else { continue }
                wanted.append((member.name, part(for: own, depth: depth, isLiteral: isLiteral)))
            }
            let other = name()
            if chance(20), isLiteral || other.first != 0x24 {
                let part =
                    isLiteral
                    ? structure(of: self.value(depth: 0), depth: depth - 1, isLiteral: true)
                    : pattern(for: value.member(other), depth: depth - 1)
                wanted.append((other, part))
            }
            return .object(wanted)
        case .array(let elements):
            var wanted: [ReferencePattern] = []
            for element in elements where !chance(4) {
                wanted.append(part(for: element, depth: depth, isLiteral: isLiteral))
            }
            if chance(4) { wanted.append(.equal(.null)) }
            return .array(wanted)
        case .string, .number, .boolean, .null:
            return .equal(value)
        }
    }

    private mutating func part(for value: ReferenceValue, depth: Int, isLiteral: Bool) -> ReferencePattern {
        isLiteral
            ? structure(of: value, depth: depth - 1, isLiteral: true) : pattern(for: value, depth: depth - 1)
    }
}

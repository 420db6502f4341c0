/// Writes values and patterns as JSON text, each time differently: white space, escapes, numbers.
extension PatternGenerator {
    mutating func text(_ value: ReferenceValue) -> String {
        switch value {
        case .object(let members):
            return wrapped("{", "}", members.map { "\(text($0.name)):\(space())\(text($0.value))" })
        case .array(let elements): return wrapped("[", "]", elements.map { text($0) })
        case .string(let string): return text(string)
        case .number(let number): return text(number)
        case .boolean(let value): return "\(value)"
        case .null: return "null"
        }
    }

    mutating func text(_ pattern: ReferencePattern) -> String {
        switch pattern {
        case .object(let members):
            return wrapped("{", "}", members.map { "\(text($0.name)):\(space())\(text($0.pattern))" })
        case .array(let elements): return wrapped("[", "]", elements.map { text($0) })
        case .equal(let value): return text(value)
        case .operators(let operators): return wrapped("{", "}", operators.map { text($0) })
        }
    }

    private mutating func text(_ condition: ReferencePattern.Operator) -> String {
        switch condition {
        case .any: return #""$any":true"#
        case .in(let patterns): return #""$in":"# + wrapped("[", "]", patterns.map { text($0) })
        case .not(let pattern): return #""$not":"# + text(pattern)
        case .compare(let name, let number): return "\"\(name)\":" + text(number)
        case .prefix(let prefix): return #""$prefix":"# + text(prefix)
        case .type(let type): return #""$type":"\#(type)""#
        case .exists(let isWanted): return #""$exists":\#(isWanted)"#
        case .literal(let pattern): return #""\u0024literal":"# + text(pattern)
        }
    }

    private mutating func wrapped(_ open: String, _ close: String, _ parts: [String]) -> String {
        open + space() + parts.joined(separator: space() + "," + space()) + space() + close
    }

    private mutating func space() -> String { chance(85) ? "" : [" ", "\n", "\t ", "\r\n"][number(0...3)] }

    private mutating func text(_ string: [UInt32]) -> String {
        var text = "\""
        for scalar in string {
            guard let plain = Unicode.Scalar(scalar), scalar >= 0x20, scalar != 0x22, scalar != 0x5C, !chance(25) else {
                text += escape(scalar)
                continue
            }
            text.unicodeScalars.append(plain)
        }
        return text + "\""
    }

    private mutating func escape(_ scalar: UInt32) -> String {
        let short: [UInt32: String] = [0x22: #"\""#, 0x5C: #"\\"#, 0x2F: #"\/"#, 0x0A: #"\n"#]
        if let short = short[scalar], chance(60) { return short }
        let units = scalar < 0x10000 ? [scalar] : [0xD800 + (scalar - 0x10000) >> 10, 0xDC00 + scalar & 0x3FF]
        return units.map { unit in
            let digits = String(unit, radix: 16, uppercase: chance(50))
            return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private mutating func text(_ decimal: ReferenceNumber) -> String {
        let zeros = decimal.digits.prefix { $0 == 0 }.count
        let sign = decimal.isNegative ? "-" : ""
        guard zeros < decimal.digits.count else { return sign + ["0", "0.0", "0e7", "0.00E-3"][number(0...3)] }
        let digits = decimal.digits[zeros...].map { "\($0)" }.joined()
        let exponent = decimal.exponent - zeros
        switch number(0...2) {
        case 0 where exponent <= 0:
            return sign + "0." + String(repeating: "0", count: -exponent) + digits
        case 0 where exponent >= digits.count:
            let whole = digits + String(repeating: "0", count: exponent - digits.count)
            return sign + whole + (chance(50) ? "" : ".000")
        case 1:
            return "\(sign)\(digits.prefix(1)).\(digits.dropFirst())0e\(exponent - 1)"
        default:
            let power = exponent - digits.count
            return sign + digits + (power == 0 && chance(70) ? "" : "E" + (power < 0 ? "" : "+0") + "\(power)")
        }
    }
}

/// An IPv4 or IPv6 address, read and written without the system's help.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// In network order; one of IPv4 as IPv6 maps it (RFC 4291, section 2.5.5.2), so that both forms are the same.
    let bits: UInt128

    static let mappedPrefix: UInt128 = 0xFFFF << 32

    init(bits: UInt128) {
        self.bits = bits
    }

    /// Takes the sixteen bytes of an IPv6 address, in network order; nil for another number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// Reads a literal address: four decimal numbers, or RFC 4291's forms without a zone.
    package init?(_ text: some StringProtocol) {
        guard let bits = text.contains(":") ? Self.ipv6(text) : Self.ipv4(text).map({ Self.mappedPrefix | $0 }) else {
            return nil
        }
        self.bits = bits
    }

    package var isIPv4: Bool { bits >> 32 == Self.mappedPrefix >> 32 }

    /// As RFC 5952 writes it.
    package var description: String {
        if isIPv4 { return Self.dotted(UInt32(truncatingIfNeeded: bits)) }
        let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: bits >> UInt128($0)) }
        let zeros = Self.longestZeros(groups)
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count > 1 else { return text(0..<groups.count) }
        return "\(text(0..<zeros.lowerBound))::\(text(zeros.upperBound..<groups.count))"
    }

    /// Digit by digit: each request's record has one.
    private static func dotted(_ bits: UInt32) -> String {
        String(unsafeUninitializedCapacity: "255.255.255.255".utf8.count) { text in
            var count = 0
            func append(_ byte: UInt8) {
                text[count] = byte
                count += 1
            }
            for shift in stride(from: 24, through: 0, by: -8) {
                let number = UInt8(truncatingIfNeeded: bits >> UInt32(shift))
                if number >= 100 { append(UInt8(ascii: "0") + number / 100) }
                if number >= 10 { append(UInt8(ascii: "0") + number / 10 % 10) }
                append(UInt8(ascii: "0") + number % 10)
                if shift > 0 { append(UInt8(ascii: ".")) }
            }
            return count
        }
    }

    /// The first of the longest stretches of groups that are zero.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }

    private static func ipv4(_ text: some StringProtocol) -> UInt128? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt128 = 0
        for part in parts {
            // A zero in front would be octal to some readers.
            guard (1...3).contains(part.count), part.first != UInt8(ascii: "0") || part.count == 1,
                let number = number(part, radix: 10), number <= 255
            else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    private static func ipv6(_ text: some StringProtocol) -> UInt128? {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        // What is empty stands for `::`, at the beginning and the end twice.
        if parts.first?.isEmpty == true {
            parts.removeFirst()
            guard parts.first?.isEmpty == true else { return nil }
        }
        if parts.last?.isEmpty == true {
            parts.removeLast()
            guard parts.last?.isEmpty == true else { return nil }
        }
        var groups: [UInt128] = []
        var gap: Int?
        for (index, part) in zip(parts.indices, parts) {
            if part.isEmpty {
                guard gap == nil else { return nil }
                gap = groups.count
            } else if index == parts.endIndex - 1, part.contains(".") {
                guard let bits = ipv4(part) else { return nil }
                groups += [bits >> 16, bits & 0xFFFF]
            } else {
                guard (1...4).contains(part.utf8.count), let group = number(part.utf8, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
        }
        return groups.count == 8 ? groups.reduce(0) { $0 << 16 | $1 } : nil
    }

    private static func number(_ digits: some Collection<UInt8>, radix: UInt128) -> UInt128? {
        var number: UInt128 = 0
        for byte in digits {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue.map({ UInt128($0) }), digit < radix else {
                return nil
            }
            number = number * radix + digit
        }
        return number
    }
}

import PhoenixChannels

/// JSON text: what the scanner takes can be walked, compared and sent on one line; and its limits agree.
enum JSONProperty {
    /// Deeper values are looked at, but not each as a text of its own, which would take the square of their depth.
    private static let depthOfTexts = 8

    static func check(_ bytes: [UInt8]) throws(Violation) {
        let strict = try? JSONText(validating: bytes, limits: .phoenix)
        guard let json = try? JSONText(validating: bytes, limits: .lenient) else {
            return try require(strict == nil, "the stricter limits take what the others refuse")
        }
        try require(json.bytes == bytes, "the text is another")
        try require(text(bytes) != nil, "what isn't UTF-8 was taken")
        try walk(json.slice, depth: 0)
        try require(json.slice.isEqual(to: json.slice), "it isn't equal to itself")
        var line: [UInt8] = []
        json.appendSingleLine(to: &line)
        try require(!line.contains(0x0A) && !line.contains(0x0D), "the line is broken")
        let again = try required(try? JSONText(validating: line, limits: .lenient), "the line isn't JSON")
        try require(again.slice.isEqual(to: json.slice), "the line is another value")
        // The text may stand as a payload between others, where it must not reach into what is beside it.
        let frame = Array(#"["1","2","t","e","#.utf8) + line + Array("]".utf8)
        let message = try required(try? V2Serializer.decode(.text(frame), by: .client), "as a payload it isn't taken")
        guard case .json(let payload) = message.payload else { throw Violation(description: "text became binary") }
        try require(message.topic == "t" && payload.slice.isEqual(to: json.slice), "the payload is another")
    }

    private static func walk(_ value: JSONSlice, depth: Int) throws(Violation) {
        if depth < depthOfTexts {
            let own = try? JSONText(validating: value.text.bytes, limits: .lenient)
            try require(own != nil, "a value inside the text isn't JSON by itself")
        }
        switch value.kind {
        case .object: try walkMembers(value, depth)
        case .array:
            let elements = value.elements()
            try require(count(value) == elements.count, "the walker finds other elements")
            for element in elements { try walk(element, depth: depth + 1) }
        case .string: try require(value.string != nil, "a string without its text")
        case .number: try checkNumber(value)
        case .true, .false: try require(value.bool != nil, "a truth value without its own")
        case .null: try require(value.isNull, "null isn't null")
        }
    }

    private static func walkMembers(_ value: JSONSlice, _ depth: Int) throws(Violation) {
        let members = value.members()
        let walked = value.walk { walker in
            walker.open()
            var names: [String] = []
            while let name = walker.nextMember({ String(decoding: $0, as: UTF8.self) }) {
                names.append(name)
                walker.skip()
            }
            return names
        }
        try require(walked == members.map(\.name), "the walker finds other names")
        for member in members {
            // The name of an unpaired surrogate has no `String` of its own.
            try require(
                value.member(member.name) != nil || member.name.contains("\u{FFFD}"), "a member isn't found by its name"
            )
            try walk(member.value, depth: depth + 1)
        }
    }

    private static func count(_ value: JSONSlice) -> Int {
        value.walk { walker in
            walker.open()
            var count = 0
            while walker.nextElement() {
                walker.skip()
                count += 1
            }
            return count
        }
    }

    /// Against what Swift makes of the same digits.
    private static func checkNumber(_ value: JSONSlice) throws(Violation) {
        let decimal = try required(value.decimal, "a number without its value")
        let written = String(decoding: value.bytes, as: UTF8.self)
        if let integer = Int(written) { try require(decimal.integer == integer, "\(written) is another integer") }
        let double = try required(Double(written), "\(written) is no number to Swift")
        for (text, bound) in [("0", 0.0), ("1", 1), ("-1e3", -1e3), ("1e18", 1e18)] where double.isFinite {
            let other = ExactDecimal(Array(text.utf8))
            // Digits that a double has no room for may make two equal that aren't.
            if double < bound { try require(decimal < other, "\(written) isn't less than \(text)") }
            if double > bound { try require(other < decimal, "\(written) isn't more than \(text)") }
            if decimal == other { try require(double == bound, "\(written) is not \(text)") }
        }
    }
}

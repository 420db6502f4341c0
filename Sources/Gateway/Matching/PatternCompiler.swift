import PhoenixChannels

/// Reads a pattern's text into places, tests and the rule over them, and tells what is wrong with it and where.
struct PatternCompiler {
    typealias ParseError = PayloadPattern.ParseError

    /// Objects and arrays inside each other, as `api.md` has it: reading a pattern and matching recurse once a level.
    static let maxLevels = 32

    enum PathStep {
        case name([UInt8])
        case index(Int)
    }

    private(set) var places = PatternPlaces()
    /// The names and indexes that lead to what is being read.
    private(set) var path: [PathStep] = []
    /// Inside `$literal`, where all names are plain.
    var isLiteral = false
    private var level = 0
    private var numbers: [ExactDecimal: Int32] = [:]

    /// Reads the pattern that the walker is at, and moves behind it.
    mutating func rule(_ walker: inout JSONWalker, at place: Int32) throws(ParseError) -> PatternRule {
        switch walker.kind {
        case .object: return try objectRule(&walker, at: place)
        case .array: return try arrayRule(&walker, at: place)
        case .string: return test(.text(walker.readString { Array($0) }), at: place)
        case .number: return numberRule(.equal, &walker, at: place)
        case .true, .false, .null:
            let wanted: PatternTest = walker.kind == .null ? .type(.null) : .boolean(walker.kind == .true)
            walker.skip()
            return test(wanted, at: place)
        }
    }

    private mutating func objectRule(_ walker: inout JSONWalker, at place: Int32) throws(ParseError) -> PatternRule {
        try descend()
        defer { level -= 1 }
        guard try hasOperators(walker) else { return try membersRule(&walker, at: place) }
        var rules: [PatternRule] = []
        var seen: Set<PatternOperator> = []
        walker.open()
        while let name = walker.nextMember({ Array($0) }) {
            path.append(.name(name))
            guard let known = PatternOperator(rawValue: String(decoding: name, as: UTF8.self)) else {
                throw unknown(name)
            }
            guard seen.insert(known).inserted else {
                throw failure("There is more than one '\(known.rawValue)' here: write it once.")
            }
            rules.append(try rule(known, &walker, at: place))
            path.removeLast()
        }
        return .all(rules)
    }

    /// An object of plain names: at least these members, the first of duplicates counting.
    private mutating func membersRule(_ walker: inout JSONWalker, at place: Int32) throws(ParseError) -> PatternRule {
        var rules = [test(.object, at: place)]
        var seen: Set<[UInt8]> = []
        walker.open()
        while let name = walker.nextMember({ Array($0) }) {
            guard seen.insert(name).inserted else {
                walker.skip()
                continue
            }
            path.append(.name(name))
            rules.append(try rule(&walker, at: places.member(name, of: place)))
            path.removeLast()
        }
        return .all(rules)
    }

    private mutating func arrayRule(_ walker: inout JSONWalker, at place: Int32) throws(ParseError) -> PatternRule {
        var rules: [PatternRule] = []
        try eachElement(&walker) { compiler, index, walker throws(ParseError) in
            rules.append(try compiler.rule(&walker, at: compiler.places.element(index, of: place)))
        }
        return .all([test(.array(count: rules.count), at: place)] + rules)
    }

    /// Hands over each element of the array that the walker is at, and moves behind it.
    mutating func eachElement(
        _ walker: inout JSONWalker,
        _ body: (inout PatternCompiler, Int, inout JSONWalker) throws(ParseError) -> Void
    ) throws(ParseError) {
        try descend()
        defer { level -= 1 }
        var count = 0
        walker.open()
        while walker.nextElement() {
            path.append(.index(count))
            try body(&self, count, &walker)
            path.removeLast()
            count += 1
        }
    }

    mutating func numberRule(
        _ order: PatternTest.Order, _ walker: inout JSONWalker, at place: Int32
    ) -> PatternRule {
        let number = walker.readNumber()
        let index = numbers[number] ?? places.add(number)
        numbers[number] = index
        return test(.number(order, index), at: place)
    }

    mutating func test(_ test: PatternTest, at place: Int32) -> PatternRule {
        .test(places.add(test, at: place))
    }

    private mutating func descend() throws(ParseError) {
        guard level < Self.maxLevels else {
            throw failure(
                "A pattern may have \(Self.maxLevels) levels of objects and arrays, and this is one more: "
                    + "write {\"$any\": true} in its place.")
        }
        level += 1
    }

    /// Whether the object that the walker is at holds operators, and nothing else.
    private mutating func hasOperators(_ walker: JSONWalker) throws(ParseError) -> Bool {
        guard !isLiteral else { return false }
        var walker = walker
        var reserved: [UInt8]?
        var plain: [UInt8]?
        walker.open()
        while let name = walker.nextMember({ Array($0) }) {
            if PatternOperator.isReserved(name) { reserved = reserved ?? name } else { plain = plain ?? name }
            walker.skip()
        }
        if let reserved, let plain {
            path.append(.name(reserved))
            throw mixed(reserved, plain)
        }
        return reserved != nil
    }
}

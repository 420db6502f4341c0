import PhoenixChannels

/// Operators and what stands behind them.
extension PatternCompiler {
    /// Reads what stands behind an operator, and moves behind it.
    mutating func rule(
        _ known: PatternOperator, _ walker: inout JSONWalker, at place: Int32
    ) throws(ParseError) -> PatternRule {
        switch known {
        case .any:
            guard walker.kind == .true else { throw failure("'$any' takes true: write {\"$any\": true}.") }
            walker.skip()
            return test(.present, at: place)
        case .exists:
            guard walker.kind == .true || walker.kind == .false else {
                throw failure("'$exists' takes true or false: write {\"$exists\": true}.")
            }
            let isWanted = walker.kind == .true
            walker.skip()
            let isThere = test(.present, at: place)
            return isWanted ? isThere : .not(isThere)
        case .in:
            return try alternatives(&walker, at: place)
        case .not:
            // What isn't there fulfills no `$not`.
            return .all([test(.present, at: place), .not(try rule(&walker, at: place))])
        case .gt:
            return try comparison(.greater, known, &walker, at: place)
        case .gte:
            return try comparison(.greaterOrEqual, known, &walker, at: place)
        case .lt:
            return try comparison(.less, known, &walker, at: place)
        case .lte:
            return try comparison(.lessOrEqual, known, &walker, at: place)
        case .prefix:
            guard walker.kind == .string else {
                throw failure("'$prefix' takes a string: write {\"$prefix\": \"rooms:\"}.")
            }
            return test(.prefix(walker.readString { Array($0) }), at: place)
        case .type:
            return test(.type(try valueType(&walker)), at: place)
        case .literal:
            isLiteral = true
            defer { isLiteral = false }
            return try rule(&walker, at: place)
        }
    }

    private mutating func alternatives(_ walker: inout JSONWalker, at place: Int32) throws(ParseError) -> PatternRule {
        guard walker.kind == .array else {
            throw failure("'$in' takes an array of patterns: write {\"$in\": [\"a\", \"b\"]}.")
        }
        var rules: [PatternRule] = []
        try eachElement(&walker) { compiler, _, walker throws(ParseError) in
            rules.append(try compiler.rule(&walker, at: place))
        }
        return .all([test(.present, at: place), .any(rules)])
    }

    private mutating func comparison(
        _ order: PatternTest.Order, _ known: PatternOperator, _ walker: inout JSONWalker, at place: Int32
    ) throws(ParseError) -> PatternRule {
        guard walker.kind == .number else {
            throw failure("'\(known.rawValue)' takes a number: write {\"\(known.rawValue)\": 5}.")
        }
        return numberRule(order, &walker, at: place)
    }

    private func valueType(_ walker: inout JSONWalker) throws(ParseError) -> PatternTest.ValueType {
        guard walker.kind == .string,
            let type = PatternTest.ValueType(rawValue: walker.readString { String(decoding: $0, as: UTF8.self) })
        else { throw failure("'$type' takes one of \(PatternTest.ValueType.known): write {\"$type\": \"string\"}.") }
        return type
    }
}

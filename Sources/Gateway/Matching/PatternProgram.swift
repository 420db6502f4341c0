/// A rule as steps that look at one test each and go on by its outcome.
///
/// Each step leads only to ones with smaller numbers, so none is run twice, and nothing is kept meanwhile.
struct PatternProgram: Sendable {
    private struct Step: Sendable {
        let test: Int32
        let onSuccess: Int32
        let onFailure: Int32
    }

    /// Where the program ends, in place of a step's number.
    private static let rejected: Int32 = -1
    private static let accepted: Int32 = -2

    private var steps: [Step] = []
    private var start = rejected

    init(_ rule: PatternRule) {
        start = add(rule, onSuccess: Self.accepted, onFailure: Self.rejected)
    }

    /// Whether the outcomes of all tests, by their numbers, fulfill the rule.
    func accepts(_ outcomes: [Bool]) -> Bool {
        var next = start
        while next >= 0 {
            let step = steps[Int(next)]
            next = outcomes[Int(step.test)] ? step.onSuccess : step.onFailure
        }
        return next == Self.accepted
    }

    /// Adds a rule's steps, its last ones first; where it begins.
    private mutating func add(_ rule: PatternRule, onSuccess: Int32, onFailure: Int32) -> Int32 {
        switch rule {
        case .test(let test):
            steps.append(Step(test: Int32(test), onSuccess: onSuccess, onFailure: onFailure))
            return Int32(steps.count - 1)
        case .not(let rule):
            return add(rule, onSuccess: onFailure, onFailure: onSuccess)
        case .all(let rules):
            return rules.reversed().reduce(onSuccess) { add($1, onSuccess: $0, onFailure: onFailure) }
        case .any(let rules):
            return rules.reversed().reduce(onFailure) { add($1, onSuccess: onSuccess, onFailure: $0) }
        }
    }
}

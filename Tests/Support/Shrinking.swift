/// A shortest list of steps that still fails, as far as leaving steps out can find one: halves first, then ever smaller
/// parts, until no single step can be spared.
package func shrunk<Step>(_ steps: [Step], while fails: ([Step]) -> Bool) -> [Step] {
    var steps = steps
    var length = max(1, steps.count / 2)
    while true {
        var start = 0
        var isShorter = false
        while start < steps.count {
            let rest = Array(steps[..<start] + steps[min(start + length, steps.count)...])
            if fails(rest) {
                steps = rest
                isShorter = true
            } else {
                start += length
            }
        }
        if length == 1, !isShorter { return steps }
        length = max(1, length / 2)
    }
}

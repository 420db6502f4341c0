import TestSupport

/// Makes new inputs of those there are: cut, repeated, joined with others, their bytes exchanged.
struct Mutator {
    private let inputs: [[UInt8]]
    private var generator: SeededGenerator

    /// An input is longer only where one of those given is.
    private static let maxBytes = 512

    init(_ inputs: [[UInt8]], seed: UInt64) {
        self.inputs = inputs
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var input = any()
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let range = range(of: input)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: input.removeSubrange(range)
            case 1: input.insert(contentsOf: input[range], at: range.lowerBound)
            case 2:
                let other = any()
                input.replaceSubrange(range, with: other[self.range(of: other)])
            case 3: input.insert(UInt8.random(in: 0...255, using: &generator), at: range.lowerBound)
            case _: input = Array(input[..<range.upperBound]) + any()
            }
        }
        return Array(input.prefix(Self.maxBytes))
    }

    private mutating func any() -> [UInt8] { inputs.randomElement(using: &generator) ?? [] }

    /// A few bytes of it.
    private mutating func range(of input: [UInt8]) -> Range<Int> {
        let start = Int.random(in: 0...input.count, using: &generator)
        return start..<min(input.count, start + Int.random(in: 0...8, using: &generator))
    }
}

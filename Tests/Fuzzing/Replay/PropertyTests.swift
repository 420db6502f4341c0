import Foundation
import FuzzProperties
import Testing

/// What the fuzzers kept, and what is made of it: a short form of theirs, in every build.
@Suite struct PropertyTests {
    private static let mutations = 2_000

    private static func corpus(_ property: FuzzProperty) throws -> [[UInt8]] {
        let file = try #require(
            Bundle.module.url(forResource: property.rawValue, withExtension: "hex", subdirectory: "Corpus"))
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { Bytes.unhexed($0) }
    }

    @Test(.timeLimit(.minutes(10)), arguments: FuzzProperty.allCases)
    func keptInputsAndSuchAsAreMadeOfThemHoldToTheProperty(_ property: FuzzProperty) throws {
        let kept = try Self.corpus(property)
        #expect(!kept.isEmpty)
        var mutator = Mutator(kept, seed: 1)
        let inputs = kept + (0..<Self.mutations).map { _ in mutator.next() }
        for input in inputs {
            do throws(Violation) {
                try property.check(input)
            } catch {
                Issue.record("\(property.rawValue), \(Bytes.shown(input)): \(error)")
            }
        }
    }
}

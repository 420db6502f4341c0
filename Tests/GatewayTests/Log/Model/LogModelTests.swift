import Foundation
import TestSupport
import Testing

/// A session's log with readers, waiters, streams, writers and losses, against a model of it: steps drawn at random, and
/// those of a failure cut down to what it takes.
@Suite struct LogModelTests {
    private static let trials = 100
    private static let steps = 60

    private func steps(_ seed: UInt64) -> [LogStep] {
        var generator = SeededGenerator(seed: seed)
        return (0..<Self.steps).map { _ in LogStep.random(&generator) }
    }

    private func difference(_ steps: [LogStep], limits: LogModel.Limits = LogModel.Limits()) -> String? {
        do {
            return try LogTrial.difference(steps, limits: limits)
        } catch {
            return "\(error)"
        }
    }

    /// At random; one that was printed is tried again with SLIPGATE_SEED.
    private let first =
        ProcessInfo.processInfo.environment["SLIPGATE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 32)

    @Test func whateverHappensTheLogTellsAsTheModelDoes() {
        for seed in first..<first + UInt64(Self.trials) {
            let steps = steps(seed)
            guard difference(steps) != nil else { continue }
            let fewest = shrunk(steps) { difference($0) != nil }
            Issue.record("seed \(seed): \(difference(fewest) ?? "")\n\(fewest.map { "\($0)" }.joined(separator: "\n"))")
            return
        }
    }

    /// That a difference is found, and cut down to little.
    @Test func aModelThatKeepsOneEntryMoreIsFoundOut() throws {
        var limits = LogModel.Limits()
        limits.maxEntries += 1
        let steps = try #require((0..<50).lazy.map(steps).first { difference($0, limits: limits) != nil })
        let fewest = shrunk(steps) { difference($0, limits: limits) != nil }
        #expect(fewest.count <= 5, "\(fewest)")
    }
}

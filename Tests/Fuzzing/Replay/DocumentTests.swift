import Foundation
import Testing

@Suite struct DocumentTests {
    /// `Tests/Fuzzing/run documents` has more.
    private static let wanted = ProcessInfo.processInfo.environment["SLIPGATE_DOCUMENTS"].flatMap { Int($0) } ?? 4_000
    /// How many are in memory at once, each with a seed of its own.
    private static let batch = 2_000
    private static let batches = max(1, wanted / batch)
    private static let count = batches * batch

    @Test(.timeLimit(.minutes(30)))
    func aDocumentIsTakenAndComparedAsByAnotherParser() throws {
        var (taken, differences) = (0, [String]())
        for seed in 0..<Self.batches {
            let documents = try ComparedDocument.random(seed: seed, count: Self.batch)
            taken += documents.count(where: \.isTaken)
            differences += documents.compactMap(\.difference).map { "seed \(seed): \($0)" }
        }
        print("\(Self.count) documents compared, \(taken) of them JSON, \(differences.count) differences")
        #expect(differences.isEmpty, "\(differences.prefix(10).joined(separator: "\n"))")
        // Else they would show nothing.
        #expect((Self.count / 4)...(Self.count * 3 / 4) ~= taken)
    }
}

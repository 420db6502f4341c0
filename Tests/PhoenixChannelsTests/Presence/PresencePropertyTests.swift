import PhoenixChannels
import TestSupport
import Testing

@Suite struct PresencePropertyTests {
    private static let keys = ["a", "b", "c", "\u{E9}", "e\u{301}", "__proto__", "", "a b"].map { Array($0.utf8) }
    private static let refs: [String?] = ["r0", "r1", "r2", "r3", "r4", nil]

    /// Who is there by the changes alone: the refs of each key.
    private struct Told {
        var refs: [[UInt8]: Set<String?>] = [:]

        /// Takes changes in order, and says whether what each tells of the rest agrees with those before.
        mutating func take(_ changes: [PresenceChange]) -> Bool {
            changes.allSatisfy { change in
                switch change {
                case .joined(let key, let metas, let before):
                    let known = refs[Array(key.utf8), default: []]
                    let new = Set(metas.map(\.phxRef))
                    refs[Array(key.utf8)] = known.union(new)
                    return !new.isEmpty && known.isDisjoint(with: new) && known == Set(before.map(\.phxRef))
                case .left(let key, let metas, let remaining):
                    let known = refs[Array(key.utf8), default: []]
                    let gone = Set(metas.map(\.phxRef))
                    let rest = known.subtracting(gone)
                    refs[Array(key.utf8)] = rest.isEmpty ? nil : rest
                    return !gone.isEmpty && gone.isSubset(of: known) && rest == Set(remaining.map(\.phxRef))
                case .synced: return true
                case .incomplete: return false
                }
            }
        }
    }

    @Test func randomStatesAndDiffsMergeAsInAPlainModel() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        for run in 0..<200 {
            var presence = Presence()
            var model = PresenceModel()
            var told = Told()
            for step in 0..<40 {
                let place = Comment("seed \(seed), run \(run), step \(step)")
                let (before, version) = (presence.json, presence.version)
                let wasSynced = presence.isSynced
                var changes: [PresenceChange] = []
                switch Int.random(in: 0..<12, using: &generator) {
                case 0:
                    presence.joined()
                    model.joined()
                case 1, 2:
                    let state = entries(&generator)
                    changes = try presence.receivedState(JSONText(PresenceModel.json(state)))
                    model.receivedState(state)
                    try #require(changes.last == .synced, place)
                default:
                    let diff = PresenceModel.Diff(joins: entries(&generator), leaves: entries(&generator))
                    changes = try presence.receivedDiff(JSONText(diff.json))
                    model.receivedDiff(diff)
                    try #require(changes.last == (wasSynced ? .synced : nil), place)
                }
                let agrees = told.take(changes)
                try #require(agrees, place)
                let json = String(decoding: presence.json.bytes, as: UTF8.self)
                try #require(json == PresenceModel.json(model.entries), place)
                try #require(presence.isSynced == model.isSynced && presence.isComplete, place)
                let refs = Dictionary(uniqueKeysWithValues: model.entries.map { ($0.key, Set($0.metas.map(\.ref))) })
                try #require(told.refs == refs, place)
                let isFirst = version == 0 && presence.isSynced && !wasSynced
                try #require((presence.version != version) == (presence.json != before || isFirst), place)
            }
        }
    }

    @Test func spoiltPayloadsAreRefusedWholeOrTakenAsWhatTheyAre() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let spoilers = Array(#"{}[]",:0n \u"#.utf8)
        var (refused, taken) = (0, 0)
        for run in 0..<4_000 {
            var presence = Presence()
            _ = try presence.receivedState(JSONText(PresenceModel.json(entries(&generator))))
            let (before, version) = (presence.json, presence.version)
            var bytes = Array(PresenceModel.Diff(joins: entries(&generator), leaves: entries(&generator)).json.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = spoilers[Int.random(in: 0..<spoilers.count, using: &generator)]
            }
            guard let payload = try? JSONText(validating: bytes, limits: .lenient) else { continue }
            do throws(PresenceError) {
                _ = try presence.receivedDiff(payload)
                taken += 1
            } catch {
                refused += 1
                try #require(presence.json == before && presence.version == version, "seed \(seed), run \(run)")
            }
            let json = try? JSONText(validating: presence.json.bytes, limits: .lenient)
            try #require(json != nil && presence.entries.allSatisfy { !$0.metas.isEmpty }, "seed \(seed), run \(run)")
        }
        #expect(refused > 0 && taken > 0)
    }

    /// Up to four keys with up to three metas each, duplicates among the metas' refs included.
    private func entries(_ generator: inout SeededGenerator) -> [PresenceModel.Entry] {
        Self.keys.shuffled(using: &generator).prefix(Int.random(in: 0...4, using: &generator)).map { key in
            let metas = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                PresenceModel.Meta(
                    ref: Self.refs[Int.random(in: 0..<Self.refs.count, using: &generator)],
                    number: Int.random(in: 0...2, using: &generator))
            }
            return PresenceModel.Entry(key: key, metas: metas)
        }
    }
}

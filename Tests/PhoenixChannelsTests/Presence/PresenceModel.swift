/// A presence as plain lists and loops, to compare with: what phoenix.js's does, and the ways in which ours differs.
struct PresenceModel {
    struct Meta: Equatable {
        let ref: String?
        let number: Int

        var json: String {
            let member = ref.map { #""phx_ref":"\#($0)","# } ?? ""
            return "{\(member)\"n\":\(number)}"
        }
    }

    struct Entry: Equatable {
        let key: [UInt8]
        var metas: [Meta]

        var json: String {
            #""\#(String(decoding: key, as: UTF8.self))":{"metas":[\#(metas.map(\.json).joined(separator: ","))]}"#
        }
    }

    struct Diff {
        var joins: [Entry]
        var leaves: [Entry]

        var json: String { #"{"joins":\#(PresenceModel.json(joins)),"leaves":\#(PresenceModel.json(leaves))}"# }
    }

    var entries: [Entry] = []
    var isSynced = false
    var held: [Diff] = []

    static func json(_ entries: [Entry]) -> String { "{\(entries.map(\.json).joined(separator: ","))}" }

    mutating func joined() { (isSynced, held) = (false, []) }

    mutating func receivedState(_ state: [Entry]) {
        let present = state.filter { !$0.metas.isEmpty }
        let staying = entries.compactMap { old in present.first { $0.key == old.key } }
        entries = staying + present.filter { new in !entries.contains { $0.key == new.key } }
        isSynced = true
        for diff in held { apply(diff) }
        held = []
    }

    mutating func receivedDiff(_ diff: Diff) {
        if isSynced { apply(diff) } else { held.append(diff) }
    }

    private mutating func apply(_ diff: Diff) {
        for entry in diff.joins where !entry.metas.isEmpty {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                let old = entries[index].metas.filter { meta in !entry.metas.contains { $0.ref == meta.ref } }
                entries[index].metas = old + entry.metas
            } else {
                entries.append(entry)
            }
        }
        for entry in diff.leaves {
            guard let index = entries.firstIndex(where: { $0.key == entry.key }) else { continue }
            entries[index].metas.removeAll { meta in entry.metas.contains { $0.ref == meta.ref } }
            if entries[index].metas.isEmpty { entries.remove(at: index) }
        }
    }
}

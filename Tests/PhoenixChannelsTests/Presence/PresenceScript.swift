import PhoenixChannels

/// A presence that is told, and tells, in short words: metas are written by their refs, `ann r1 r2`.
struct PresenceScript {
    var presence: Presence

    init(_ limits: PresenceLimits = PresenceLimits()) {
        presence = Presence(limits: limits)
    }

    /// A state such as `state("ann r1 r2", "bob r3")`.
    mutating func state(_ entries: String...) throws -> [String] {
        words(try presence.receivedState(JSONText(Self.object(entries))))
    }

    mutating func diff(joins: [String] = [], leaves: [String] = []) throws -> [String] {
        let payload = #"{"joins":\#(Self.object(joins)),"leaves":\#(Self.object(leaves))}"#
        return words(try presence.receivedDiff(JSONText(payload)))
    }

    /// What is known, an entry in the form in which states are given.
    var entries: [String] {
        presence.entries.map { entry in ([entry.key] + refs(entry.metas)).joined(separator: " ") }
    }

    var json: String { String(decoding: presence.json.bytes, as: UTF8.self) }

    /// `+ann r2 (r1)` for a join beside r1, `-ann r1 (r2)` for a leave that r2 is left of.
    func words(_ changes: [PresenceChange]) -> [String] {
        changes.map { change in
            switch change {
            case .joined(let key, let metas, let before): word("+", key, metas, before)
            case .left(let key, let metas, let remaining): word("-", key, metas, remaining)
            case .synced: "synced"
            case .incomplete: "incomplete"
            }
        }
    }

    private func word(_ sign: String, _ key: String, _ metas: [PresenceMeta], _ beside: [PresenceMeta]) -> String {
        let others = beside.isEmpty ? "" : " (\(refs(beside).joined(separator: " ")))"
        return sign + ([key] + refs(metas)).joined(separator: " ") + others
    }

    private func refs(_ metas: [PresenceMeta]) -> [String] { metas.map { $0.phxRef ?? "none" } }

    private static func object(_ entries: [String]) -> String {
        let members = entries.map { entry in
            let words = entry.split(separator: " ")
            let metas = words.dropFirst().map { $0 == "none" ? "{}" : #"{"phx_ref":"\#($0)"}"# }
            return #""\#(words.first ?? "")":{"metas":[\#(metas.joined(separator: ","))]}"#
        }
        return "{\(members.joined(separator: ","))}"
    }
}

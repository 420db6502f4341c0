import PhoenixChannels
import Synchronization

/// Who is on which `presence:*` topic, over all sockets of a server.
///
/// What it says has the shape of transcript `presence`: a key has a meta for each of its sockets, in the order in which
/// they came; an update leaves with the old meta and joins with the new one, which names the old one's `phx_ref`.
final class DemoPresence: Sendable {
    private struct Entry {
        let socket: Int
        let key: String
        var ref: String
        var previousRef: String?
        var status: String

        var meta: String {
            let previous = previousRef.map { #","phx_ref_prev":"\#($0)""# } ?? ""
            return #"{"phx_ref":"\#(ref)"\#(previous),"status":\#(DemoChannel.quoted(status))}"#
        }
    }

    private struct State {
        var topics: [String: [Entry]] = [:]
        var lastRef = 0

        mutating func newRef() -> String {
            lastRef += 1
            let digits = String(lastRef, radix: 36)
            return "Demo" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        }
    }

    private let state = Mutex(State())

    /// Adds a socket under a key; what it was there before has left.
    func track(_ topic: String, _ socket: Int, key: String) -> (diffs: [Payload], state: Payload) {
        state.withLock { state in
            var entries = state.topics[topic] ?? []
            let earlier = entries.filter { $0.socket == socket }
            entries.removeAll { $0.socket == socket }
            let entry = Entry(socket: socket, key: key, ref: state.newRef(), status: "online")
            entries.append(entry)
            state.topics[topic] = entries
            let diffs = earlier.map { Self.diff(joins: [], leaves: [$0]) } + [Self.diff(joins: [entry], leaves: [])]
            return (diffs, DemoChannel.json(Self.metas(of: entries)))
        }
    }

    /// Changes a socket's status; nil where it isn't tracked.
    func update(_ topic: String, _ socket: Int, status: String) -> Payload? {
        state.withLock { state in
            guard let index = state.topics[topic]?.firstIndex(where: { $0.socket == socket }),
                let old = state.topics[topic]?[index]
            else { return nil }
            var new = old
            new.previousRef = old.ref
            new.ref = state.newRef()
            new.status = status
            state.topics[topic]?[index] = new
            return Self.diff(joins: [new], leaves: [old])
        }
    }

    /// Takes a socket out; nil where it isn't tracked.
    func untrack(_ topic: String, _ socket: Int) -> Payload? {
        state.withLock { state in
            guard let index = state.topics[topic]?.firstIndex(where: { $0.socket == socket }),
                let old = state.topics[topic]?.remove(at: index)
            else { return nil }
            if state.topics[topic]?.isEmpty == true { state.topics[topic] = nil }
            return Self.diff(joins: [], leaves: [old])
        }
    }

    private static func diff(joins: [Entry], leaves: [Entry]) -> Payload {
        DemoChannel.json(#"{"joins":\#(metas(of: joins)),"leaves":\#(metas(of: leaves))}"#)
    }

    /// `{key: {"metas": […]}}`, keys in order.
    private static func metas(of entries: [Entry]) -> String {
        let keys = Dictionary(grouping: entries, by: \.key).sorted { $0.key < $1.key }
        let members = keys.map { key, entries in
            DemoChannel.quoted(key) + #":{"metas":[\#(entries.map(\.meta).joined(separator: ","))]}"#
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}

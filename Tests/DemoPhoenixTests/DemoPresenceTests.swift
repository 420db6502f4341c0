@testable import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// What presence says beyond the recording.
@Suite struct DemoPresenceTests {
    private let presence = DemoPresence()

    private func value(_ payload: Payload?, _ path: String...) -> JSONSlice? {
        guard case .json(let text) = payload else { return nil }
        return path.reduce(text.slice) { slice, name in slice?.member(name) }
    }

    @Test func joiningAgainFromTheSameSocketLeavesFirst() {
        _ = presence.track("presence:a", 1, key: "ann")
        let (diffs, state) = presence.track("presence:a", 1, key: "ann")
        #expect(diffs.count == 2)
        #expect(value(diffs[0], "leaves", "ann") != nil && value(diffs[0], "joins")?.members().isEmpty == true)
        #expect(value(diffs[1], "joins", "ann") != nil && value(diffs[1], "leaves")?.members().isEmpty == true)
        #expect(value(state, "ann", "metas")?.elements().count == 1)
    }

    @Test func whoIsNotTrackedHasNothingToSay() {
        #expect(presence.update("presence:a", 1, status: "away") == nil)
        #expect(presence.untrack("presence:a", 1) == nil)
    }

    @Test func topicsAreApart() {
        _ = presence.track("presence:a", 1, key: "ann")
        let (_, state) = presence.track("presence:b", 1, key: #"b"ob"#)
        #expect(value(state)?.members().map(\.name) == [#"b"ob"#])
    }
}

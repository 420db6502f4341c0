import PhoenixChannels
import TestSupport
import Testing

@Suite struct PresenceLimitTests {
    @Test func diffsPastTheBoundDropTheOldestAndTellOnceAJoin() throws {
        var limits = PresenceLimits()
        limits.maxHeldBytes = 4_096
        var script = PresenceScript(limits)
        var told: [String] = []
        for number in 0..<100 { told += try script.diff(joins: ["k\(number) r\(number)"]) }
        #expect(told == ["incomplete"] && !script.presence.isComplete)
        let changes = try script.state("ann a")
        #expect(changes.first == "+ann a" && changes.last == "synced" && !changes.contains("incomplete"))
        // The latest are there, one after another, and all that is there was within the bound.
        let kept = script.entries.dropFirst().map { String($0.prefix { $0 != " " }) }
        #expect(kept == ((100 - kept.count)..<100).map { "k\($0)" })
        #expect((2...8).contains(kept.count))
        script.presence.joined()
        #expect(script.presence.isComplete)
    }

    @Test func emptyDiffsAreBoundedToo() throws {
        var limits = PresenceLimits()
        limits.maxHeldBytes = 4_096
        var script = PresenceScript(limits)
        var told: [String] = []
        for _ in 0..<100 { told += try script.diff() }
        #expect(told == ["incomplete"])
    }

    @Test func aDiffThatIsLargerThanTheBoundIsNotHeld() throws {
        var limits = PresenceLimits()
        limits.maxHeldBytes = 512
        var script = PresenceScript(limits)
        #expect(try script.diff(joins: ["ann \(String(repeating: "r", count: 600))"]) == ["incomplete"])
        #expect(try script.state() == ["synced"])
    }

    @Test func joinsBeyondTheStatesBoundAreNotTakenButLeavesAre() throws {
        var limits = PresenceLimits()
        limits.maxBytes = 2_048
        var script = PresenceScript(limits)
        _ = try script.state("ann r1", "bob r2")
        let crowd = (0..<20).map { "k\($0) r" }
        #expect(try script.diff(joins: crowd, leaves: ["bob r2"]) == ["incomplete", "-bob r2", "synced"])
        #expect(script.entries == ["ann r1"] && !script.presence.isComplete)
        #expect(try script.diff(joins: ["cy r3"]) == ["+cy r3", "synced"])
    }

    @Test func aStateBeyondTheBoundIsNotTakenAndTheLastOneStays() throws {
        var limits = PresenceLimits()
        limits.maxBytes = 2_048
        var script = PresenceScript(limits)
        _ = try script.state("ann r1")
        script.presence.joined()
        let crowd = try JSONText("{\((0..<20).map { #""k\#($0)":{"metas":[{}]}"# }.joined(separator: ","))}")
        #expect(script.words(try script.presence.receivedState(crowd)) == ["incomplete"])
        #expect(!script.presence.isSynced && script.entries == ["ann r1"] && script.presence.version == 1)
    }

    @Test func whatLeftMakesRoom() throws {
        var limits = PresenceLimits()
        limits.maxBytes = 2_048
        var script = PresenceScript(limits)
        _ = try script.state()
        for number in 0..<1_000 {
            #expect(try script.diff(joins: ["k\(number) r"]) == ["+k\(number) r", "synced"])
            #expect(try script.diff(leaves: ["k\(number) r"]) == ["-k\(number) r", "synced"])
        }
        #expect(script.presence.isComplete)
    }
}

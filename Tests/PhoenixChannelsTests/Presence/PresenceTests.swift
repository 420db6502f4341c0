import PhoenixChannels
import TestSupport
import Testing

@Suite struct PresenceTests {
    private var script = PresenceScript()

    @Test mutating func theFirstStateJoinsEveryKeyInItsOrder() throws {
        #expect(try script.state("zoe r1", "ann r2 r3") == ["+zoe r1", "+ann r2 r3", "synced"])
        #expect(script.entries == ["zoe r1", "ann r2 r3"])
        #expect(script.presence.isSynced && script.presence.count == 2 && !script.presence.isEmpty)
    }

    @Test mutating func aLaterStateTellsWhoCameAndWhoWentJoinsFirst() throws {
        _ = try script.state("ann r1 r2", "bob r3")
        let changes = try script.state("ann r2 r4", "cy r5")
        #expect(changes == ["+ann r4 (r1 r2)", "+cy r5", "-ann r1 (r2 r4)", "-bob r3", "synced"])
        #expect(script.entries == ["ann r2 r4", "cy r5"])
    }

    @Test mutating func theSameStateAgainTellsNothingButThatItIsSynced() throws {
        _ = try script.state("ann r1")
        #expect(try script.state("ann r1") == ["synced"])
    }

    // clients.md section E: phoenix#2255, presence before the state and several keys in one diff.
    @Test mutating func diffsAheadOfTheStateAreHeldBackAndAppliedAfterIt() throws {
        script.presence.joined()
        #expect(try script.diff(joins: ["ann r1", "bob r2"]) == [])
        #expect(try script.diff(joins: ["cy r4"], leaves: ["bob r2"]) == [])
        #expect(script.presence.isEmpty && script.presence.version == 0)
        let changes = try script.state("ann r1", "bob r2 r3")
        #expect(changes == ["+ann r1", "+bob r2 r3", "+cy r4", "-bob r2 (r3)", "synced"])
        #expect(script.entries == ["ann r1", "bob r3", "cy r4"])
        #expect(try script.diff(joins: ["dan r5"]) == ["+dan r5", "synced"])
    }

    @Test mutating func aBatchDiffAppliesAllJoinsAndThenAllLeaves() throws {
        _ = try script.state("ann r1", "bob r2", "cy r3")
        let changes = try script.diff(joins: ["bob r4", "dan r5 r6"], leaves: ["ann r1", "bob r2", "cy r3"])
        #expect(changes == ["+bob r4 (r2)", "+dan r5 r6", "-ann r1", "-bob r2 (r4)", "-cy r3", "synced"])
        #expect(script.entries == ["bob r4", "dan r5 r6"])
    }

    @Test mutating func aDiffPutsNewMetasBehindTheOldOnesAndKeepsTheKeysPlace() throws {
        _ = try script.state("ann r1 r2", "bob r3")
        #expect(try script.diff(joins: ["ann r4 r1"]) == ["+ann r4 (r1 r2)", "synced"])
        #expect(script.entries == ["ann r2 r4 r1", "bob r3"])
    }

    @Test mutating func aKeyThatLeftAndComesBackComesLast() throws {
        _ = try script.state("ann r1", "bob r2")
        _ = try script.diff(leaves: ["ann r1"])
        _ = try script.diff(joins: ["ann r3"])
        #expect(script.entries == ["bob r2", "ann r3"])
    }

    @Test mutating func leavesOfWhatIsNotThereTellNothing() throws {
        _ = try script.state("ann r1")
        #expect(try script.diff(leaves: ["bob r1", "ann r9"]) == ["synced"])
        #expect(script.entries == ["ann r1"])
    }

    @Test mutating func aRejoinKeepsWhatWasKnownUntilItsStateComes() throws {
        _ = try script.state("ann r1", "bob r2")
        script.presence.joined()
        #expect(!script.presence.isSynced && script.entries == ["ann r1", "bob r2"])
        #expect(try script.diff(joins: ["cy r3"]) == [])
        #expect(try script.state("bob r2", "cy r3") == ["+cy r3", "-ann r1", "synced"])
    }

    @Test mutating func diffsHeldForAnEarlierJoinAreForgotten() throws {
        script.presence.joined()
        _ = try script.diff(joins: ["ghost r1"])
        script.presence.joined()
        #expect(try script.state("ann r2") == ["+ann r2", "synced"])
    }

    @Test(arguments: ["__proto__", "constructor", "toString", "hasOwnProperty", "length"])
    mutating func aKeyNamedLikeAMemberOfJavaScriptsObjectsIsAKey(_ key: String) throws {
        _ = try script.state("ann r1")
        #expect(try script.diff(joins: ["\(key) r2"]) == ["+\(key) r2", "synced"])
        #expect(script.presence[key]?.metas.map(\.phxRef) == ["r2"])
        #expect(try script.state("ann r1") == ["-\(key) r2", "synced"])
        #expect(script.presence[key] == nil)
    }

    @Test mutating func keysAreToldApartByTheirBytesAfterUnescaping() throws {
        _ = try script.state("\u{E9} r1", "e\u{301} r2")
        #expect(script.presence.count == 2)
        #expect(try script.diff(leaves: [#"\u00e9 r1"#]) == ["-\u{E9} r1", "synced"])
        #expect(script.presence["e\u{301}"] != nil && script.presence["\u{E9}"] == nil)
    }

    @Test mutating func metasOfOneRefAreOneAndLeaveTogether() throws {
        #expect(try script.state("ann r1 r1") == ["+ann r1 r1", "synced"])
        #expect(try script.diff(joins: ["ann r1"]) == ["synced"])
        #expect(script.entries == ["ann r1"])
        #expect(
            try script.diff(joins: ["ann none none"], leaves: ["ann none"])
                == ["+ann none none (r1)", "-ann none none (r1)", "synced"])
    }

    @Test mutating func aKeyWithoutMetasIsNotKept() throws {
        #expect(try script.state("ann", "bob r1") == ["+bob r1", "synced"])
        #expect(try script.diff(joins: ["cy"]) == ["synced"])
        #expect(try script.state("bob") == ["-bob r1", "synced"])
        #expect(script.json == "{}")
    }

    @Test mutating func equalPresencesAreEqualWhateverTheirHistory() throws {
        var other = PresenceScript()
        _ = try script.state("ann r1", "bob r2")
        _ = try other.state("bob r2")
        #expect(script.presence != other.presence)
        _ = try other.diff(joins: ["ann r1"])
        #expect(script.presence == other.presence)
    }
}

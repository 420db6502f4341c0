import PhoenixChannels
import TestSupport
import Testing

@Suite struct PresencePayloadTests {
    private var script = PresenceScript()

    private struct Meta: Decodable {
        let device: String
    }

    private struct User: Decodable {
        struct Name: Decodable { let name: String }

        let user: Name
        let metas: [Meta]
    }

    @Test mutating func bytesOfMetasAndKeysPassAsTheyCame() throws {
        let state = #"{"\u00e9" : {"metas" : [ {"n":12345678901234567890, "x":1.0,"n":2} ]} }"#
        _ = try script.presence.receivedState(JSONText(state))
        #expect(script.json == #"{"\u00e9":{"metas":[{"n":12345678901234567890, "x":1.0,"n":2}]}}"#)
    }

    @Test mutating func whatAServersFetchAddsBesideTheMetasIsKeptFromTheLatestJoin() throws {
        let state = #"{"1":{"user":{"name":"Ann"},"metas":[{"phx_ref":"r1","device":"a"}],"x":[1]}}"#
        _ = try script.presence.receivedState(JSONText(state))
        #expect(
            script.json == #"{"1":{"metas":[{"phx_ref":"r1","device":"a"}],"user":{"name":"Ann"},"x":[1]}}"#)
        let diff = #"{"joins":{"1":{"user":{"name":"Anne"},"metas":[{"phx_ref":"r2","device":"b"}]}},"leaves":{}}"#
        _ = try script.presence.receivedDiff(JSONText(diff))
        let user = try script.presence["1"]?.decode(as: User.self)
        #expect(user?.user.name == "Anne" && user?.metas.map(\.device) == ["a", "b"])
        #expect(try script.presence["1"]?.metas.last?.decode(as: Meta.self).device == "b")
    }

    @Test mutating func aStateWinsOverWhatWasKnownOfTheSameRef() throws {
        _ = try script.presence.receivedState(JSONText(#"{"1":{"metas":[{"phx_ref":"r1","at":1}],"name":"Ann"}}"#))
        let later = #"{"1":{"metas":[{"phx_ref":"r1","at":2}],"name":"Anne"}}"#
        #expect(script.words(try script.presence.receivedState(JSONText(later))) == ["synced"])
        #expect(script.json == later)
    }

    @Test mutating func theFirstOfDuplicateNamesCounts() throws {
        let state = #"{"a":{"metas":[{"phx_ref":"1"}],"metas":[]},"a":{"metas":[{"phx_ref":"2"}]}}"#
        _ = try script.presence.receivedState(JSONText(state))
        #expect(script.json == #"{"a":{"metas":[{"phx_ref":"1"}]}}"#)
    }

    @Test mutating func aRefThatIsNoStringStillTellsMetasApart() throws {
        let state = #"{"a":{"metas":[{"phx_ref":1},{"phx_ref":"1"},{"phx_ref":null},{}]}}"#
        _ = try script.presence.receivedState(JSONText(state))
        let leaves = #"{"leaves":{"a":{"metas":[{"phx_ref":1},{"phx_ref":null}]}}}"#
        _ = try script.presence.receivedDiff(JSONText(leaves))
        #expect(script.json == #"{"a":{"metas":[{"phx_ref":"1"},{}]}}"#)
        #expect(script.presence["a"]?.metas.map(\.phxRef) == ["1", nil])
    }

    @Test(arguments: [
        ("[]", PresenceError.notAnObject), ("null", .notAnObject), (#""ann""#, .notAnObject),
        (#"{"a":1}"#, .badEntry), (#"{"a":{}}"#, .badEntry), (#"{"a":{"metas":{}}}"#, .badEntry),
        (#"{"a":{"metas":null}}"#, .badEntry), (#"{"a":[]}"#, .badEntry),
        (#"{"a":{"metas":[1]}}"#, .badMeta), (#"{"a":{"metas":[{},null]}}"#, .badMeta),
        (#"{"good":{"metas":[{}]},"a":{"metas":["r1"]}}"#, .badMeta),
    ])
    mutating func aMalformedPayloadIsRefusedWholeAndChangesNothing(_ text: String, _ error: PresenceError) throws {
        let payload = try JSONText(text)
        #expect(throws: error) { try script.presence.receivedState(payload) }
        #expect(!script.presence.isSynced && script.presence.version == 0)
        _ = try script.state("ann r1")
        let before = script.presence
        for half in ["joins", "leaves"] {
            let diff = try JSONText(#"{"\#(half)":\#(text)}"#)
            #expect(throws: error) { try script.presence.receivedDiff(diff) }
        }
        #expect(throws: error) { try script.presence.receivedState(payload) }
        #expect(script.presence == before && script.presence.version == 1 && script.presence.isSynced)
    }

    @Test mutating func aMalformedDiffAheadOfTheStateIsNotHeld() throws {
        #expect(throws: PresenceError.notAnObject) { try script.presence.receivedDiff(JSONText("[]")) }
        #expect(try script.state("ann r1") == ["+ann r1", "synced"])
    }

    @Test mutating func aDiffWithoutJoinsOrLeavesHasNone() throws {
        _ = try script.state("ann r1")
        #expect(script.words(try script.presence.receivedDiff(.emptyObject)) == ["synced"])
    }

    @Test mutating func onlyPresenceEventsAreTaken() throws {
        let state = Payload.json(try JSONText(#"{"ann":{"metas":[{"phx_ref":"r1"}]}}"#))
        #expect(try script.presence.received("shout", state) == nil)
        #expect(script.presence.version == 0)
        #expect(throws: PresenceError.binary) { try script.presence.received(Presence.stateEvent, .binary([1])) }
        #expect(script.words(try script.presence.received("presence_state", state) ?? []) == ["+ann r1", "synced"])
        #expect(script.words(try script.presence.received("presence_diff", .emptyObject) ?? []) == ["synced"])
    }

    @Test mutating func theVersionRisesExactlyWithAPayloadThatChangesTheState() throws {
        _ = try script.state()
        #expect(script.presence.version == 1)
        _ = try script.state()
        _ = try script.diff(leaves: ["ann r1"])
        #expect(script.presence.version == 1)
        _ = try script.diff(joins: ["ann r1", "bob r2"])
        #expect(script.presence.version == 2)
        _ = try script.diff(joins: ["ann r1", "cy r3"], leaves: ["cy r3"])
        #expect(script.presence.version == 2)
        script.presence.joined()
        _ = try script.diff(joins: ["ann r4"])
        #expect(script.presence.version == 2)
        _ = try script.state("ann r1", "bob r2")
        #expect(script.presence.version == 3)
    }
}

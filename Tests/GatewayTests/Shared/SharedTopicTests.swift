import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "The pool" and "Topics": a rejoin and the presence of a topic that sessions share.
@Suite struct SharedTopicTests {
    private let shared = SharedHarness()

    private static let state = #"["1",null,"t","presence_state",{"ann":{"metas":[{"phx_ref":"a"}]}}]"#

    private static func joins(_ name: String) -> String {
        #"["1",null,"t","presence_diff",{"joins":{"\#(name)":{"metas":[{"phx_ref":"\#(name)"}]}},"leaves":{}}]"#
    }

    @Test func aRejoinWithOtherParamsOfASharedTopicHarmsNobodyElse() throws {
        let (first, second) = try shared.pair()
        let rejoin = try shared.send(first, .put, "/topics/t?rejoin=true", #"{"params":{"n":2}}"#)
        #expect(rejoin.isWaiting && first.link.sentTexts() == [])
        #expect(shared.links.count == 2)
        let other = try shared.server(first)
        other.link.accept()
        shared.settle()
        #expect(other.link.sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
        other.reply(1, #"{"r":2}"#)
        shared.settle()
        #expect(rejoin.status == 201 && rejoin.json.member("response")?.member("r")?.integer == 2)
        first.receive(#"["1",null,"t","one",{}]"#)
        other.receive(#"["1",null,"t","two",{}]"#)
        #expect(try shared.events(second) == ["connected", "joined t", "message t one"])
        #expect(try shared.events(first) == ["connected", "joined t", "left t", "joined t", "message t two"])
    }

    @Test func aRejoinWithEqualParamsOfASharedTopicGetsTheStoredResponse() throws {
        let (first, second) = try shared.pair()
        let rejoin = try shared.send(first, .put, "/topics/t?rejoin=true", #"{"params":{"n":1}}"#)
        #expect(rejoin.status == 201 && rejoin.json.member("response")?.member("r")?.integer == 1)
        #expect(shared.links.count == 1 && first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","e",{}]"#)
        #expect(try shared.events(first) == ["connected", "joined t", "left t", "joined t", "message t e"])
        #expect(try shared.events(second) == ["connected", "joined t", "message t e"])
    }

    @Test func theSecondOfASharedTopicHasThePresenceResource() throws {
        let (first, second) = (try shared.session(), try shared.session())
        #expect(try shared.send(first, .put, "/topics/t").isWaiting)
        first.reply(1)
        first.receive(Self.state, Self.joins("bob"))
        #expect(try shared.send(second, .put, "/topics/t").status == 201)
        let answers = try [first, second].map { try shared.send($0, .get, "/topics/t/presence") }
        for answer in answers {
            #expect(answer.status == 200)
            #expect(answer.json.member("presence")?.members().map(\.name) == ["ann", "bob"])
        }
        let waiting = try zip([first, second], answers).map { session, answer in
            try session.send(
                .get, "/topics/t/presence?wait=5s", headers: answer.headers[.eTag].map { [.ifNoneMatch: $0] } ?? [:])
        }
        #expect(waiting.allSatisfy { $0.isWaiting })
        first.receive(Self.joins("cat"))
        shared.settle()
        for (answer, before) in zip(waiting, answers) {
            #expect(answer.json.member("presence")?.members().map(\.name) == ["ann", "bob", "cat"])
            #expect(answer.headers[.eTag] != before.headers[.eTag])
        }
    }

    @Test func afterALeaveOfOneThePresenceOfTheOtherGoesOn() throws {
        let (first, second) = try shared.pair()
        first.receive(Self.state)
        #expect(try shared.send(first, .delete, "/topics/t").status == 204)
        first.receive(Self.joins("bob"))
        let answer = try shared.send(second, .get, "/topics/t/presence")
        #expect(answer.json.member("presence")?.members().map(\.name) == ["ann", "bob"])
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions with `"socket":"shared"`: api.md, section "Sessions", `PATCH` and names; "The pool", what makes sockets equal.
@Suite struct SharedPatchTests {
    private let shared = SharedHarness()

    @Test(arguments: [#"{"params":{"a":1}}"#, #"{"headers":{"x-a":"1"}}"#, #"{"auth_token":"new"}"#])
    func afterAPatchTheNextConnectTakesAnotherSocket(_ body: String) throws {
        let (first, second) = try shared.pair()
        let patched = try shared.send(first, .patch, "", body)
        #expect(patched.status == 200 && patched.string("state") == "connected")
        #expect(shared.links.count == 1 && first.link.sentTexts() == [])
        _ = try shared.send(first, .post, "/disconnect")
        let answer = try shared.send(first, .post, "/connect")
        #expect(shared.links.count == 2 && shared.links[1].endpoint != shared.links[0].endpoint)
        shared.links[1].accept()
        #expect(shared.links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try shared.server(first).reply(1)
        shared.settle()
        #expect(answer.status == 200)
        #expect(shared.links[0].closeCodes == [] && shared.links[0].sentTexts() == [])
        shared.links[0].receive(#"["1",null,"t","hello",{}]"#)
        #expect(try shared.events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try shared.events(second) == ["connected", "joined t", "message t hello"])
    }

    @Test func aPatchToWhatAnotherHasTakesItsSocket() throws {
        let first = try shared.session()
        _ = try shared.session(#","auth_token":"new""#)
        #expect(shared.links.count == 2)
        _ = try shared.send(first, .patch, "", #"{"auth_token":"new"}"#)
        _ = try shared.send(first, .post, "/disconnect")
        #expect(try shared.send(first, .post, "/connect").status == 200)
        #expect(shared.links.count == 2 && shared.links[0].closeCodes == [1000])
    }

    @Test func afterAPatchALostConnectionIsMadeAnewOnAnotherSocketForThatSessionAlone() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(first, .patch, "", #"{"auth_token":"new"}"#)
        shared.links[0].handler.transportClosed(code: 1012, reason: "")
        shared.settle()
        #expect(shared.links.count == 2 && shared.links[1].endpoint != shared.links[0].endpoint)
        shared.links[1].accept()
        shared.settle()
        #expect(shared.links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try shared.server(first).reply(1)
        #expect(
            try shared.events(first).suffix(4) == ["disconnected server", "connected", "joined t", "gap t reconnect"])
        shared.harness.transport.advance(.seconds(1))
        #expect(shared.links.count == 3 && shared.links[2].endpoint == shared.links[0].endpoint)
        shared.links[2].accept()
        #expect(try second.state() == "connected")
    }

    @Test func aPatchAndAConnectWhileTheSocketWaitsToReconnectTakeAnotherAtOnce() throws {
        let (first, second) = try shared.pair()
        shared.links[0].handler.transportClosed(code: 1012, reason: "")
        shared.settle()
        _ = try shared.send(first, .patch, "", #"{"auth_token":"new"}"#)
        #expect(shared.links.count == 1)
        let answer = try shared.send(first, .post, "/connect")
        #expect(shared.links.count == 2 && shared.links[1].endpoint != shared.links[0].endpoint)
        shared.links[1].accept()
        try shared.server(first).reply(1)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try second.state() == "disconnected")
    }

    @Test func whereReconnectingHasGivenUpAPatchAndAConnectBringOneBack() throws {
        let (first, second) = try shared.pair(#","auth_token":"old""#)
        shared.links[0].handler.transportClosed(code: 1012, reason: "")
        shared.harness.transport.advance(.seconds(1))
        shared.links[1].handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        shared.settle()
        _ = try shared.send(first, .patch, "", #"{"auth_token":"new"}"#)
        #expect(shared.links.count == 2)
        let answer = try shared.send(first, .post, "/connect")
        #expect(
            shared.links.count == 3 && shared.links[2].endpoint.subprotocols != shared.links[0].endpoint.subprotocols)
        shared.links[2].accept()
        try shared.server(first).reply(1)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try second.state() == "disconnected")
    }

    @Test func aPatchWhileItConnectsCountsForTheNextAttemptAndKeepsWhatIsToBeJoined() throws {
        let pending = try shared.harness.send(
            .post, "/sessions?wait=0",
            #"{"uri":"ws://127.0.0.1:4000/s","socket":"shared","topics":[{"topic":"t","params":{"n":1}}]}"#)
        shared.settle()
        let session = SessionHarness(
            harness: shared.harness, id: try #require(pending.string("id")), link: shared.links[0])
        _ = try shared.send(session, .patch, "", #"{"auth_token":"new"}"#)
        shared.links[0].handler.transportFailed(.failed(reason: "nothing listens"))
        shared.settle()
        #expect(shared.links.count == 2 && shared.links[1].endpoint != shared.links[0].endpoint)
        shared.links[1].accept()
        shared.settle()
        #expect(shared.links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try shared.server(session).reply(1)
        #expect(try shared.events(session) == ["connect_failed nothing listens", "connected", "joined t"])
        shared.harness.transport.advance(.seconds(100))
        #expect(shared.links.count == 2)
    }

    // MARK: Names

    @Test func aNamedSessionTakesOverATokenForItsNextConnect() throws {
        let spec = #"{"uri":"ws://127.0.0.1:4000/s","socket":"shared","topics":[{"topic":"t"}]"#
        let made = try shared.harness.send(.put, "/sessions/n", spec + "}")
        shared.settle()
        shared.links[0].accept()
        let session = SessionHarness(harness: shared.harness, id: "n", link: shared.links[0])
        session.reply(1)
        shared.settle()
        #expect(made.status == 201)
        #expect(try shared.send(session, .put, "", spec + #","auth_token":"new"}"#).status == 200)
        _ = try shared.send(session, .post, "/disconnect")
        // The name's request connects it again, too.
        let again = try shared.send(session, .put, "", spec + #","auth_token":"new"}"#)
        #expect(shared.links.count == 2 && shared.links[1].endpoint != shared.links[0].endpoint)
        shared.links[1].accept()
        try shared.server(session).reply(1)
        shared.settle()
        #expect(again.status == 200)
    }
}

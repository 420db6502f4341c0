import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// `POST /call`: api.md, sections "One request" and "The pool".
@Suite struct CallTests {
    private let harness = GatewayHarness { $0.pool.maxClients = 2 }

    private typealias Pending = GatewayHarness.Pending

    private func call(
        _ members: String = #","event":"e","payload":{"n":1}"#, topic: String = "t", query: String = ""
    ) throws -> Pending {
        try harness.send(
            .post, "/call\(query)",
            #"{"uri":"ws://127.0.0.1:4000/socket/websocket","topic":"\#(topic)","join":{"as":"ann"}\#(members)}"#)
    }

    private func link(_ index: Int) throws -> ScriptedLink {
        try #require(harness.transport.links.count > index ? harness.transport.links[index] : nil)
    }

    private func receive(_ link: ScriptedLink, _ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    private func ok(_ ref: Int, topic: String = "t", _ response: String = "{}", status: String = "ok") -> String {
        #"["1","\#(ref)","\#(topic)","phx_reply",{"response":\#(response),"status":"\#(status)"}]"#
    }

    /// Takes a cold call up to its push.
    private func open(_ index: Int, topic: String = "t") throws -> ScriptedLink {
        let link = try link(index)
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","\#(topic)","phx_join",{"as":"ann"}]"#])
        receive(link, ok(1, topic: topic))
        return link
    }

    private func stage(_ pending: Pending) -> [String?] { [pending.string("code"), pending.string("stage")] }

    @Test func aCallConnectsJoinsPushesAndHasTheReply() throws {
        let pending = try call()
        let link = try open(0)
        #expect(pending.isWaiting)
        #expect(link.sentTexts() == [#"["1","2","t","e",{"n":1}]"#])
        receive(link, ok(2, #"{"m":2}"#))
        #expect(pending.status == 200)
        #expect(pending.json.member("reply")?.member("status")?.string == "ok")
        #expect(pending.json.member("reply")?.member("response")?.member("m")?.integer == 2)
        let timing = try #require(pending.headers[.serverTiming])
        #expect(timing.hasPrefix("connect;dur=") && timing.contains(", join;dur=") && timing.contains(", reply;dur="))
    }

    /// What a call holds goes with its answer, or with its caller.
    @Test(arguments: ["a cold call", "a warm one", "one whose caller goes"])
    func nothingOfACallThatIsOverIsLeft(_ kind: String) throws {
        weak var left: ResponsePromise?
        if kind == "a warm one" {
            _ = try call()
            receive(try open(0), ok(2))
        }
        do {
            let pending = try call()
            left = pending.promise
            switch kind {
            case "a cold call": receive(try open(0), ok(2))
            case "a warm one": receive(try link(0), ok(3))
            case _: _ = pending.promise?.abandon()
            }
            #expect(left?.isPending == false)
        }
        #expect(left == nil)
    }

    @Test func theNextCallOfTheSameKeyTakesTheSameClient() throws {
        _ = try call()
        let link = try open(0)
        receive(link, ok(2))
        _ = link.sent()
        let second = try call()
        #expect(harness.transport.links.count == 1)
        #expect(link.sentTexts() == [#"["1","3","t","e",{"n":1}]"#])
        receive(link, ok(3))
        #expect(second.status == 200)
        #expect(second.headers[.serverTiming]?.hasPrefix("reply;dur=") == true)
    }

    @Test func anotherKeyTakesAnotherClient() throws {
        _ = try call()
        receive(try open(0), ok(2))
        _ = try call(topic: "u")
        #expect(harness.transport.links.count == 2)
    }

    @Test func aClientIsKeptWarmFor30SecondsAndThenClosed() throws {
        _ = try call()
        let link = try open(0)
        receive(link, ok(2))
        harness.time.advance(by: .milliseconds(29_900))
        #expect(link.closeCodes == [])
        harness.time.advance(by: .milliseconds(200))
        #expect(link.closeCodes == [1000])
    }

    @Test func aClientThatFailedWhileIdleIsReplaced() throws {
        _ = try call()
        let link = try open(0)
        receive(link, ok(2))
        link.handler.transportClosed(code: 1006, reason: "")
        let second = try call()
        receive(try open(1), ok(2))
        #expect(second.status == 200)
    }

    @Test func whereAllClientsAreInUseACallWaitsItsTurn() throws {
        let first = try call()
        let second = try call()
        let third = try call()
        #expect(harness.transport.links.count == 2)
        let link = try open(0)
        receive(link, ok(2))
        #expect(first.status == 200 && second.isWaiting && third.isWaiting)
        // The third has the first one's client.
        receive(link, ok(3))
        #expect(third.status == 200 && second.isWaiting)
    }

    @Test func whereNoClientGetsFreeInTimeACallIsRefused() throws {
        _ = try call(query: "?wait=20s")
        _ = try call(query: "?wait=20s")
        let third = try call(query: "?wait=1s")
        harness.time.advance(by: .milliseconds(1_100))
        #expect(third.status == 503)
        #expect(stage(third) == ["capacity", "connect"])
        #expect(third.json.member("sent")?.bool == false)
    }

    @Test func anIdleClientOfAnotherKeyMakesRoom() throws {
        _ = try call()
        receive(try open(0), ok(2))
        _ = try call(topic: "u")
        let third = try call(topic: "v")
        #expect(try link(0).closeCodes == [1000])
        let opened = try link(2)
        opened.accept()
        receive(opened, ok(1, topic: "v"))
        receive(opened, ok(2, topic: "v"))
        #expect(third.status == 200)
    }

    @Test func aSlowJoinHoldsUpNoOther() throws {
        let slow = try call()
        try link(0).accept()
        let quick = try call(topic: "u")
        let opened = try open(1, topic: "u")
        receive(opened, ok(2, topic: "u"))
        #expect(quick.status == 200 && slow.isWaiting)
    }

    @Test func aPatternMatchesFromBeforeThisCallsJoin() throws {
        let pending = try call(#","event":"e","await":{"event":"ne*","payload":{"n":1}}"#)
        let link = try link(0)
        link.accept()
        receive(link, ok(1), #"["1",null,"t","new",{"n":1,"m":2}]"#)
        #expect(pending.status == 200)
        #expect(pending.json.member("message")?.member("payload")?.member("m")?.integer == 2)
        #expect(link.sentTexts().contains(#"["1","2","t","e",{}]"#))
    }

    @Test func aPatternOnAWarmClientDoesNotMatchWhatCameBeforeTheCall() throws {
        _ = try call()
        let link = try open(0)
        receive(link, ok(2), #"["1",null,"t","new",{}]"#)
        let second = try call(#","await":{"event":"new"}"#)
        #expect(second.isWaiting)
        receive(link, #"["1",null,"t","new",{"n":2}]"#)
        #expect(second.json.member("message")?.member("payload")?.member("n")?.integer == 2)
    }

    @Test func failuresSayAtWhichStage() throws {
        let refused = try call()
        try link(0).handler.transportFailed(.failed(reason: "nothing listens there"))
        #expect(refused.status == 502)
        #expect(stage(refused) == ["upstream-refused", "connect"])

        let rejected = try call()
        try link(1).accept()
        receive(try link(1), ok(1, #"{"reason":"no"}"#, status: "error"))
        #expect(rejected.status == 403)
        #expect(stage(rejected) == ["join-rejected", "join"])

        let error = try call()
        receive(try open(2), ok(2, #"{"reason":"no"}"#, status: "error"))
        #expect(error.status == 422)
        #expect(stage(error) == ["push-rejected", "reply"])

        let late = try call(query: "?wait=2s")
        harness.time.advance(by: .milliseconds(2_100))
        #expect(late.status == 504)
        #expect(stage(late) == ["reply-timeout", "reply"])
        #expect(late.json.member("sent")?.bool == true)

        let missing = try call(#","await":{"event":"new"}"#)
        harness.time.advance(by: .milliseconds(5_100))
        #expect(missing.status == 504)
        #expect(stage(missing) == ["await-timeout", "await"])
    }

    @Test func aCallIsTooSlowToConnectOrToJoin() throws {
        let connecting = try call()
        harness.time.advance(by: .milliseconds(5_100))
        #expect(stage(connecting) == ["connect-timeout", "connect"])
        let joining = try call()
        try link(1).accept()
        harness.time.advance(by: .milliseconds(5_100))
        #expect(stage(joining) == ["join-timeout", "join"])
    }

    @Test func aCallWhoseClientGoesGivesItsRoomBack() throws {
        let inLine = [try call(), try call(), try call()]
        inLine[2].hangUp()
        inLine[1].hangUp()
        inLine[0].hangUp()
        harness.time.run()
        let next = try call()
        receive(try open(2), ok(2))
        #expect(next.status == 200)
        let replying = try call()
        replying.hangUp()
        let last = try call()
        receive(try link(2), ok(4))
        #expect(last.status == 200)
    }

    @Test func aCallAtADrainIsRefused() throws {
        let waiting = try call()
        harness.gateway.drain()
        #expect(waiting.status == 503)
        #expect(try call().string("code") == "draining")
    }

    @Test(arguments: [
        (#","event":"phx_join""#, ""), ("", "/event"), (#","payload":{}"#, "/event"),
        (#","event":"e","await":7"#, "/await"),
        (#","await":{"even":"e"}"#, "/await/even"),
    ])
    func whatACallNeedsIsSaid(_ members: String, _ pointer: String) throws {
        let pending = try call(members)
        #expect(pending.status == 400)
        #expect(harness.transport.links.isEmpty)
        if !pointer.isEmpty { #expect(pending.text.contains(#""pointer":"\#(pointer)""#), "\(pending.text)") }
    }
}

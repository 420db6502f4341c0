import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// `/listen`: api.md, section "One request".
@Suite struct ListenTests {
    private let harness = GatewayHarness { $0.pool.maxClients = 2 }

    private typealias Pending = GatewayHarness.Pending

    private static let uri = "ws://127.0.0.1:4000/socket/websocket"
    private static let lines: HTTPFields = [.accept: "application/x-ndjson"]

    private func listen(_ query: String = "", _ headers: HTTPFields = lines) throws -> Pending {
        try harness.send(.get, "/listen?uri=\(Self.uri)&topic=t\(query)", headers: headers)
    }

    private func listen(with members: String, _ headers: HTTPFields = lines) throws -> Pending {
        try harness.send(.post, "/listen", #"{"uri":"\#(Self.uri)","topic":"t"\#(members)}"#, headers: headers)
    }

    private func open(_ index: Int = 0) throws -> ScriptedLink {
        let link = try #require(harness.transport.links.count > index ? harness.transport.links[index] : nil)
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","t","phx_join",{}]"#])
        receive(link, #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        return link
    }

    private func receive(_ link: ScriptedLink, _ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    private func message(_ event: String, _ payload: String = "{}") -> String {
        #"["1",null,"t","\#(event)",\#(payload)]"#
    }

    /// Takes all that has come.
    private func received(_ pending: Pending) throws -> String { try harness.received(pending) }

    /// The same, as what the lines are about.
    private func words(_ pending: Pending) throws -> [String] {
        try received(pending).split(separator: "\n").compactMap { line in
            let record = try JSONText(validating: Array(line.utf8), limits: .lenient).slice
            return record.member("event")?.string ?? record.member("reason")?.string ?? record.member("kind")?.string
        }
    }

    @Test func aListenerConnectsJoinsAndHasWhatComes() throws {
        let pending = try listen()
        #expect(pending.isWaiting)
        let link = try open()
        #expect(pending.status == 200)
        #expect(pending.headers[.contentType] == "application/x-ndjson")
        #expect(pending.headers[.serverTiming]?.hasPrefix("connect;dur=") == true)
        receive(link, message("a"), message("b"))
        #expect(try words(pending) == ["a", "b"])
        receive(link, message("c"))
        #expect(try words(pending) == ["c"])
    }

    @Test func aKeyIsRefusedRatherThanPassedOver() throws {
        let answer = try listen(with: #","event":"e""#, [.idempotencyKey: "k"])
        #expect(answer.status == 400 && answer.string("code") == "invalid-request")
        #expect(answer.text.contains(#""header":"Idempotency-Key""#), "\(answer.text)")
        #expect(harness.transport.links.isEmpty)
    }

    @Test func whatComesWithTheJoinIsHeard() throws {
        let pending = try listen()
        let link = try #require(harness.transport.links.first)
        link.accept()
        receive(link, #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#, message("welcome"))
        #expect(try words(pending) == ["welcome"])
    }

    @Test func eventAndMatchAreFilters() throws {
        let pending = try listen("&event=new_*&event=bye&match=%7B%22n%22%3A1%7D")
        let link = try open()
        receive(
            link, message("new_a", #"{"n":1}"#), message("new_b", #"{"n":2}"#), message("old", #"{"n":1}"#),
            message("bye", #"{"n":1}"#))
        #expect(try words(pending) == ["new_a", "bye"])
    }

    @Test func aLimitEndsTheStreamAndGivesTheClientBack() throws {
        let pending = try listen("&limit=2")
        receive(try open(), message("a"), message("b"), message("c"))
        #expect(try words(pending) == ["a", "b", "limit"])
        #expect(pending.stream?.end == .finished)
        let next = try listen()
        #expect(next.status == 200)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aListenerThatGoesGivesItsClientBack() throws {
        let first = try listen()
        _ = try open()
        first.stream?.abandon()
        let second = try listen()
        #expect(second.status == 200)
        #expect(second.headers[.serverTiming] == nil)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aListenerThatGoesBeforeItIsJoinedLeavesNothingBehind() throws {
        try listen().hangUp()
        #expect(harness.transport.links.first?.closeCodes.isEmpty == false || harness.transport.links.first?.drops == 1)
        _ = try listen()
        _ = try listen()
        #expect(harness.transport.links.count == 3)
    }

    @Test func anEventSourceThatComesBackMissesNothing() throws {
        let first = try listen("", [.accept: "text/event-stream"])
        let link = try open()
        receive(link, message("a"))
        let seen = try #require(try received(first).split(separator: "\n").first { $0.hasPrefix("id: ") }).dropFirst(4)
        first.stream?.abandon()
        receive(link, message("b"))
        let second = try listen("", [.accept: "text/event-stream", .testLastEventID: String(seen)])
        let text = try received(second)
        #expect(text.contains(#""event":"b""#) && !text.contains(#""event":"a""#))
    }

    @Test func aWarmClientTellsWhatComesFromNowOn() throws {
        let first = try listen()
        let link = try open()
        first.stream?.abandon()
        receive(link, message("before"))
        let second = try listen()
        receive(link, message("after"))
        #expect(try words(second) == ["after"])
    }

    @Test func aLostConnectionIsToldAndMadeAnew() throws {
        let pending = try listen()
        receive(try open(), message("a"))
        harness.transport.links[0].handler.transportClosed(code: 1006, reason: "")
        harness.transport.advance(.seconds(60))
        let link = try #require(harness.transport.links.last)
        link.accept()
        receive(link, #"["2","2","t","phx_reply",{"response":{},"status":"ok"}]"#, #"["2",null,"t","b",{}]"#)
        #expect(try words(pending) == ["a", "reconnect", "b"])
    }

    @Test func inJSONTheFirstMessageIsTheAnswer() throws {
        let pending = try listen("&event=b", [:])
        let link = try open()
        receive(link, message("a"))
        #expect(pending.isWaiting)
        receive(link, message("b", #"{"n":1}"#))
        #expect(pending.status == 200)
        #expect(pending.json.member("message")?.member("payload")?.member("n")?.integer == 1)
    }

    @Test func aBodyPushesOnceAndFiltersByAPattern() throws {
        let pending = try listen(with: #","event":"go","payload":{"n":1},"await":{"payload":{"n":{"$gt":1}}}"#)
        let link = try open()
        #expect(link.sentTexts() == [#"["1","2","t","go",{"n":1}]"#])
        receive(link, message("a", #"{"n":1}"#), message("b", #"{"n":2}"#))
        #expect(try words(pending) == ["b"])
    }

    @Test func failuresSayAtWhichStage() throws {
        let refused = try listen()
        try #require(harness.transport.links.first).handler.transportFailed(.failed(reason: "nothing listens there"))
        #expect(refused.status == 502)
        #expect(refused.string("stage") == "connect")
        let late = try listen("&wait=1s")
        harness.transport.links[1].accept()
        harness.time.advance(by: .seconds(2))
        #expect([late.string("code"), late.string("stage")] == ["join-timeout", "join"])
    }

    @Test func aListenerThatFailsBehindItsPushSaysThatItWasSent() throws {
        let first = try listen()
        let link = try open()
        first.stream?.abandon()
        link.onWake { link.receive(#"["1","1","t","phx_close",{}]"#) }
        let second = try listen(with: #","event":"go""#)
        #expect([second.string("code"), second.string("stage")] == ["not-joined", "await"], "\(second.text)")
        #expect(second.json.member("sent")?.bool == true && second.json.member("retryable")?.bool == false)
    }

    @Test(arguments: ["application/x-ndjson", "application/json"])
    func aListenerLeavesTheReserveThatReadsLeave(_ accept: String) throws {
        let target = "/listen?uri=\(Self.uri)&topic=t"
        for occupancy in [Occupancy.crowded, .full] {
            let refused = try harness.send(.get, target, headers: [.accept: accept], occupancy: occupancy)
            #expect(refused.status == 503 && refused.string("code") == "capacity")
        }
        #expect(harness.transport.links.isEmpty)
        let call = try harness.send(
            .post, "/call", #"{"uri":"\#(Self.uri)","topic":"t","event":"e"}"#, occupancy: .crowded)
        #expect(call.isWaiting)
    }

    @Test func aDrainEndsTheStream() throws {
        let pending = try listen()
        _ = try open()
        harness.gateway.drain()
        #expect(try words(pending) == ["draining"])
    }

    @Test(arguments: [
        ("/listen?topic=t", "application/x-ndjson", 400), ("/listen?uri=\(uri)", "application/x-ndjson", 400),
        ("/listen?uri=\(uri)&topic=phoenix", "application/x-ndjson", 400),
        ("/listen?uri=http://127.0.0.1&topic=t", "application/x-ndjson", 400),
        ("/listen?uri=\(uri)&topic=t&limit=0", "application/json", 400),
        ("/listen?uri=\(uri)&topic=t&wait=0", "application/x-ndjson", 400),
        ("/listen?uri=\(uri)&topic=t", "text/plain", 406),
        ("/listen?uri=ws://192.0.2.1/socket/websocket&topic=t", "application/x-ndjson", 403),
    ])
    func whatAListenerNeedsIsSaid(_ target: String, _ accept: String, _ status: Int) throws {
        let pending = try harness.send(.get, target, headers: [.accept: accept])
        #expect(pending.status == status, "\(pending.text)")
        #expect(harness.transport.links.isEmpty)
    }

    @Test func aWordIsNoPatternToListenFor() throws {
        #expect(try listen(with: #","await":"reply""#).status == 400)
    }
}

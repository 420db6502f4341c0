import Logging
import Synchronization
import TestSupport
import Testing

@testable import PhoenixChannels

/// The async face of a socket that loses its connection; the test plays the server and the clock.
@Suite(.timeLimit(.minutes(10))) struct ReconnectingSocketTests {
    private let transport = ScriptedTransport()

    /// Runs an action when the socket logs something, which is before its channels hear of it.
    private struct OnLog: LogHandler {
        let action: @Sendable (Logger.Message) -> Void
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { action(event.message) }
    }

    private func connect(
        _ logger: Logger? = nil, _ change: (inout ConnectionConfiguration) -> Void = { _ in }
    ) async throws -> PhoenixSocket {
        var configuration = ConnectionConfiguration()
        change(&configuration)
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket")
        async let connecting = PhoenixSocket.connect(
            to: { endpoint }, configuration: configuration, transport: transport, logger: logger)
        try await until { !transport.links.isEmpty }
        transport.links[0].accept()
        return try await connecting
    }

    private func join(_ socket: PhoenixSocket, ref: Int = 1) async throws -> PhoenixChannel {
        async let joining = socket.join("t", timeout: .seconds(600))
        try await until { transport.links[0].sentTexts().contains { $0.contains("phx_join") } }
        transport.links[0].receive(ok(ref))
        return try await joining
    }

    private func ok(_ ref: Int, joinRef: Int? = nil) -> String {
        #"["\#(joinRef ?? ref)","\#(ref)","t","phx_reply",{"response":{},"status":"ok"}]"#
    }

    /// Loses the connection, and has the next one opened.
    private func reconnect() {
        let count = transport.links.count
        transport.links[count - 1].handler.transportClosed(code: 1012, reason: "")
        transport.advance(.seconds(1))
        transport.links[count].accept()
    }

    @Test func aChannelOutlivesItsConnectionAndTellsOfIt() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        var events = channel.events.makeAsyncIterator()
        reconnect()
        transport.links[1].receive(ok(2), #"["2",null,"t","hello",{}]"#)
        #expect(try await events.next() == .rejoined(response: .emptyObject, .reconnect))
        #expect(try await events.next() == .message(ChannelMessage(event: "hello", payload: .emptyObject)))
    }

    @Test func everyChangeOfTheStatusIsTold() async throws {
        let socket = try await connect()
        var statuses = socket.statuses.makeAsyncIterator()
        #expect(await statuses.next() == .connected(attempt: 1))
        transport.links[0].handler.transportClosed(code: 1012, reason: "")
        guard case .disconnected(let end, .some) = await statuses.next() else {
            Issue.record("not told of the end")
            return
        }
        #expect(end.code == 1012 && end.cause == .server)
        transport.advance(.seconds(1))
        transport.links[1].handler.transportFailed(.timedOut)
        guard case .connectFailed(.timedOut, attempt: 1, .some) = await statuses.next() else {
            Issue.record("not told of the failure")
            return
        }
        transport.advance(.seconds(1))
        transport.links[2].accept()
        #expect(await statuses.next() == .connected(attempt: 2))
        let closing = Task { await socket.disconnect() }
        try await until { transport.links[2].closeCodes == [1000] }
        transport.links[2].handler.transportClosed(code: 1000, reason: "")
        await closing.value
        let final = SocketStatus.disconnected(Disconnection(cause: .requested, code: 1000), retryIn: nil)
        #expect(await statuses.next() == final)
        #expect(await statuses.next() == nil)
        var late = socket.statuses.makeAsyncIterator()
        #expect(await late.next() == final)
        #expect(await late.next() == nil)
    }

    @Test func aRefusedJoinAnewEndsTheEvents() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        reconnect()
        transport.links[1].receive(
            #"["2","2","t","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]"#)
        let refusal = Reply(status: "error", response: .json(try JSONText(#"{"reason":"unauthorized"}"#)))
        await #expect(throws: ChannelsError.joinRejected(refusal)) { for try await _ in channel.events {} }
    }

    @Test func aPushWhileTheConnectionIsLostFailsAtOnceUnlessItMayWait() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        await #expect(throws: ChannelsError.notConnected) { try await channel.push("e") }
        let first = Task { try await channel.push("a", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 1 }
        let second = Task { try await channel.push("b", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 2 }
        transport.advance(.seconds(1))
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        transport.links[1].receive(ok(2))
        #expect(transport.links[1].sentTexts() == [#"["2","3","t","a",{}]"#, #"["2","4","t","b",{}]"#])
        transport.links[1].receive(ok(3, joinRef: 2), ok(4, joinRef: 2))
        #expect(try await first.value.isOK)
        #expect(try await second.value.isOK)
    }

    @Test func aPushMadeBeforeTheJoinIsToldDoesNotOvertakeThoseThatWait() async throws {
        let joined = Mutex<PhoenixChannel?>(nil)
        let logger = Logger(label: "test") { _ in
            OnLog { message in
                guard "\(message)".hasPrefix("Joined anew") else { return }
                #expect(throws: Never.self) { try joined.withLock { $0 }?.send("b") }
            }
        }
        let socket = try await connect(logger)
        let channel = try await join(socket)
        joined.withLock { $0 = channel }
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        let first = Task { try await channel.push("a", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 1 }
        transport.advance(.seconds(1))
        transport.links[1].accept()
        transport.links[1].receive(ok(2))
        #expect(
            transport.links[1].sentTexts() == [
                #"["2","2","t","phx_join",{}]"#, #"["2","3","t","a",{}]"#, #"["2","4","t","b",{}]"#,
            ])
        transport.links[1].receive(ok(3, joinRef: 2))
        #expect(try await first.value.isOK)
    }

    @Test func aPushThatWaitsGoesOnWaitingWhenTheChannelCrashesInTheReadThatToldOfTheJoin() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        let push = Task { try await channel.push("a", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 1 }
        transport.advance(.seconds(1))
        transport.links[1].accept()
        transport.links[1].receive(ok(2), #"["2","2","t","phx_error",{}]"#)
        #expect(socket.queuedPushes == 1)
        transport.advance(.seconds(1))
        transport.links[1].receive(ok(3))
        #expect(
            transport.links[1].sentTexts() == [
                #"["2","2","t","phx_join",{}]"#, #"["3","3","t","phx_join",{}]"#, #"["3","4","t","a",{}]"#,
            ])
        transport.links[1].receive(ok(4, joinRef: 3))
        #expect(try await push.value.isOK)
    }

    @Test func aPushThatWaitsIsDroppedAtItsDeadlineUnsent() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        await #expect(throws: ChannelsError.expired) {
            try await channel.push("a", timeout: .milliseconds(1), unjoined: .wait)
        }
        #expect(ChannelsError.expired.isUnsent)
        transport.advance(.seconds(1))
        transport.links[1].accept()
        transport.links[1].receive(ok(2))
        #expect(transport.links[1].sentTexts() == [#"["2","2","t","phx_join",{}]"#])
    }

    @Test func pushesThatWaitAreBounded() async throws {
        let socket = try await connect { $0.maxQueuedPushes = 1 }
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        let waiting = Task { try await channel.push("a", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 1 }
        await #expect(throws: ChannelsError.backlogged) { try await channel.push("b", unjoined: .wait) }
        let closing = Task { await socket.disconnect() }
        try await until {
            transport.advance()
            return socket.status.isFinal
        }
        await closing.value
        // It was never sent, and says so.
        await #expect(throws: ChannelsError.notConnected) { try await waiting.value }
    }

    @Test func aPushInFlightIsLostAtOnceWithTheConnection() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        let push = Task { try await channel.push("e", timeout: .seconds(600)) }
        try await until { transport.links[0].wakes == 2 }
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        await #expect(throws: ChannelsError.lost(.disconnected)) { try await push.value }
        #expect(!ChannelsError.lost(.disconnected).isUnsent)
    }

    @Test func aTopicLeftWhileTheConnectionIsLostIsLeftAtOnce() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        let leaving = Task { try await channel.leave(timeout: .seconds(600)) }
        try await until {
            transport.advance()
            return !socket.isKnown("t")
        }
        try await leaving.value
        for try await event in channel.events { Issue.record("told \(event)") }
        transport.advance(.seconds(1))
        transport.links[1].accept()
        #expect(transport.links[1].sentTexts() == [])
    }

    @Test func aJoinWhileTheConnectionIsLostIsMadeOnTheNextOne() async throws {
        let socket = try await connect()
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        async let joining = socket.join("t", timeout: .seconds(600))
        try await until { socket.isKnown("t") }
        transport.advance(.seconds(1))
        transport.links[1].accept()
        transport.links[1].receive(ok(1))
        #expect(try await joining.topic == "t")
        await #expect(throws: ChannelsError.alreadyJoined) { try await socket.join("t") }
    }

    @Test func aChannelThatWasLeftDoesNotActOnALaterJoin() async throws {
        let socket = try await connect()
        let old = try await join(socket)
        let leaving = Task { try await old.leave(timeout: .seconds(600)) }
        try await until { socket.isLeaving("t") }
        transport.links[0].receive(ok(2, joinRef: 1))
        try await leaving.value
        async let joining = socket.join("t", timeout: .seconds(600))
        try await until { transport.links[0].sentTexts().contains { $0.contains("phx_join") } }
        transport.links[0].receive(ok(3))
        let new = try await joining
        await #expect(throws: ChannelsError.notJoined) { try await old.push("e") }
        #expect(throws: ChannelsError.notJoined) { try old.send("e") }
        try await old.leave()
        #expect(transport.links[0].sentTexts() == [])
        try new.send("e")
        #expect(transport.links[0].sentTexts() == [#"["3","4","t","e",{}]"#])
    }

    @Test func paramsAreAskedForWithNoLockHeld() async throws {
        let socket = try await connect()
        async let joining = socket.join("t", timeout: .seconds(600)) {
            JSONText(unchecked: Array("{\"time\":\(socket.roundTripTime == nil ? 0 : 1)}".utf8))
        }
        try await until { transport.links[0].sentTexts().contains { $0.contains(#"{"time":0}"#) } }
        transport.links[0].receive(ok(1))
        _ = try await joining
    }

    @Test func aReaderWhoseSocketIsLetGoEnds() async throws {
        let (events, statuses) = try await events()
        for try await event in events { Issue.record("told \(event)") }
        var last: SocketStatus?
        for await status in statuses { last = status }
        #expect(last?.isFinal == true)
    }

    /// What is left of a socket that nobody has any more.
    private func events() async throws -> (ChannelEvents, AsyncStream<SocketStatus>) {
        let socket = try await connect()
        return (try await join(socket).events, socket.statuses)
    }

    @Test func aRefusalThatEndsItIsToldToChannelsAndInWords() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        transport.advance(.seconds(1))
        let refusal = ConnectError.refused(UpgradeRefusal(status: 403, now: 0))
        transport.links[1].handler.transportFailed(refusal)
        await #expect(throws: ChannelsError.connect(refusal)) { for try await _ in channel.events {} }
        #expect(try await socket.closed.reason.contains("403"))
    }

    @Test func aTopicThatIsLeftIsLeftAlsoWhenTheServerKnewOfItNoMore() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        let push = Task { try await channel.push("e", timeout: .seconds(600)) }
        try await until { transport.links[0].wakes == 2 }
        let leaving = Task { try await channel.leave(timeout: .seconds(600)) }
        try await until { socket.isLeaving("t") }
        transport.links[0].receive(
            #"[null,"2","t","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#,
            #"["1","3","t","phx_reply",{"response":{},"status":"ok"}]"#)
        try await leaving.value
        #expect(try await push.value.status == "error")
        transport.advance(.seconds(1))
        #expect(!transport.links[0].sentTexts().contains { $0.contains("phx_join") })
        #expect(!socket.isKnown("t"))
    }

    @Test func aTopicOfWhichTheServerKnowsNoMoreIsJoinedAnewAlsoWhereNobodyWaitsForReplies() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        try channel.send("e")
        _ = transport.links[0].sentTexts()
        transport.links[0].receive(
            #"[null,"2","t","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#)
        transport.advance(.seconds(1))
        #expect(transport.links[0].sentTexts() == [#"["3","3","t","phx_join",{}]"#])
    }

    @Test func bytesThatWaitToBeReadAreBoundedAndWhatWasDroppedIsTold() async throws {
        let socket = try await connect { $0.maxBufferedBytes = 10 }
        let channel = try await join(socket)
        for number in 1...3 { transport.links[0].receive(#"["1",null,"t","e",{"n":\#(number)}]"#) }
        var events = channel.events.makeAsyncIterator()
        #expect(try await events.next() == .dropped(2))
        let last = ChannelMessage(event: "e", payload: .json(try JSONText(#"{"n":3}"#)))
        #expect(try await events.next() == .message(last))
    }

    @Test func pushesOnASocketThatIsAboutToEndWaitForTheNext() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        transport.links[0].receive("garbage")
        await #expect(throws: ChannelsError.notConnected) { try await channel.push("e") }
        let push = Task { try await channel.push("a", timeout: .seconds(600), unjoined: .wait) }
        try await until { socket.queuedPushes == 1 }
        reconnect()
        transport.links[1].receive(ok(2))
        transport.links[1].receive(ok(3, joinRef: 2))
        #expect(try await push.value.isOK)
    }

    @Test func aRejoinThatIsDueOnASocketAboutToEndIsMadeOnTheNext() async throws {
        let socket = try await connect()
        _ = try await join(socket)
        _ = transport.links[0].sentTexts()
        transport.links[0].receive(#"["1","1","t","phx_error",{}]"#)
        transport.links[0].receive("garbage")
        transport.advance(.seconds(1))
        #expect(transport.links[0].sentTexts() == [])
        #expect(transport.links[0].closeCodes == [1002])
        reconnect()
        #expect(transport.links[1].sentTexts() == [#"["2","2","t","phx_join",{}]"#])
    }

    @Test func aReaderThatIsCancelledEnds() async throws {
        let socket = try await connect()
        let channel = try await join(socket)
        let reading = Task {
            var count = 0
            for try await _ in channel.events { count += 1 }
            return count
        }
        transport.links[0].receive(#"["1",null,"t","hello",{}]"#)
        reading.cancel()
        #expect(try await reading.value <= 1)
    }
}

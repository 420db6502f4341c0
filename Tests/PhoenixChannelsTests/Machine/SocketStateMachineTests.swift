import Testing

@testable import PhoenixChannels

@Suite struct SocketStateMachineTests {
    private static let seed: UInt64 = 1
    private let now = Duration.seconds(100)

    private func machine(_ change: (inout ConnectionConfiguration) -> Void = { _ in }) -> SocketStateMachine {
        var configuration = ConnectionConfiguration()
        change(&configuration)
        return SocketStateMachine(configuration, seed: Self.seed)
    }

    private func open(_ change: (inout ConnectionConfiguration) -> Void = { _ in }) -> SocketStateMachine {
        var machine = machine(change)
        _ = machine.link.start()
        _ = machine.opened(at: now)
        return machine
    }

    /// Without reconnecting and joining anew, unless `change` says otherwise.
    private func joined(
        _ topic: String = "t",
        _ change: (inout ConnectionConfiguration) -> Void = { ($0.reconnect, $0.rejoin) = (nil, nil) }
    ) throws -> SocketStateMachine {
        var machine = open(change)
        _ = try join(topic, &machine)
        _ = machine.received(ok("1", topic, joinRef: "1"), at: now)
        return machine
    }

    private func join(_ topic: String, _ machine: inout SocketStateMachine) throws -> Message? {
        _ = try machine.join(topic) { .emptyObject }
        return machine.joinMessage(topic, params: .emptyObject, at: now)
    }

    private func message(_ joinRef: WireRef?, _ ref: WireRef?, _ topic: String, _ event: String) -> Message {
        Message(joinRef: joinRef, ref: ref, topic: topic, event: event, payload: .emptyObject)
    }

    private func ok(_ ref: WireRef, _ topic: String, joinRef: WireRef?) -> Message {
        .reply(joinRef: joinRef, ref: ref, topic: topic, status: "ok", response: .emptyObject)
    }

    private let okReply = Reply(status: "ok", response: .emptyObject)

    @Test func commandsBeforeTheSocketIsOpenAreRefused() {
        var machine = machine()
        #expect(throws: CommandError.notConnected) { try machine.leave("t") }
        #expect(throws: CommandError.notConnected) { try machine.push("t", event: "e", payload: .emptyObject) }
        #expect(machine.due(at: now) == [])
        #expect(machine.deadline == nil)
        #expect(machine.received(message(nil, nil, "t", "e"), at: now) == [])
        #expect(machine.opened(at: now).events == [])
        #expect(machine.link.start() == true)
        #expect(machine.link.start() == false)
        #expect(machine.opened(at: now).events == [.connected(attempt: 1)])
        #expect(machine.opened(at: now).events == [])
    }

    @Test func joinsBeforeTheSocketIsOpenAreMadeOnceItIsInTheirOrder() throws {
        var machine = machine()
        _ = machine.link.start()
        for topic in ["b", "a", "c"] {
            #expect(try machine.join(topic) { .emptyObject } == false)
            #expect(machine.joinMessage(topic, params: .emptyObject, at: now) == nil)
        }
        #expect(throws: CommandError.notConnected) { try machine.leave("c") }
        #expect(machine.opened(at: now).joins == ["b", "a"])
        #expect(machine.joinMessage("b", params: .emptyObject, at: now) == message("1", "1", "b", "phx_join"))
        #expect(machine.joinMessage("b", params: .emptyObject, at: now) == nil)
    }

    @Test func everyFrameOfAChannelHasItsJoinRef() throws {
        var machine = open()
        #expect(try join("t", &machine) == message("1", "1", "t", "phx_join"))
        #expect(
            machine.received(ok("1", "t", joinRef: "1"), at: now) == [
                .joined(topic: "t", response: .emptyObject, rejoin: nil)
            ])
        let push = try machine.push("t", event: "e", payload: .emptyObject)
        #expect(push.ref == Ref(2))
        #expect(push.message == message("1", "2", "t", "e"))
        #expect(try machine.leave("t") == message("1", "3", "t", "phx_leave"))
    }

    @Test func aReplyIsMatchedByItsRef() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "a", payload: .emptyObject)
        _ = try machine.push("t", event: "b", payload: .emptyObject)
        #expect(machine.received(ok("3", "t", joinRef: "1"), at: now) == [.replied(topic: "t", ref: Ref(3), okReply)])
        #expect(machine.received(ok("2", "t", joinRef: "1"), at: now) == [.replied(topic: "t", ref: Ref(2), okReply)])
        #expect(machine.received(ok("2", "t", joinRef: "1"), at: now) == [])
        #expect(machine.received(ok("99", "t", joinRef: "1"), at: now) == [])
        #expect(machine.received(ok("2", "other", joinRef: "1"), at: now) == [])
    }

    @Test func anUnmatchedTopicReplyHasNoJoinRefAndStillFailsTheJoin() throws {
        var machine = open()
        _ = try join("nosuch:t", &machine)
        let response = Payload.json(try JSONText(#"{"reason":"unmatched topic"}"#))
        let reply = Message.reply(joinRef: nil, ref: "1", topic: "nosuch:t", status: "error", response: response)
        #expect(
            machine.received(reply, at: now)
                == [
                    .joinFailed(
                        topic: "nosuch:t", .unmatchedTopic(Reply(status: "error", response: response)), rejoin: nil)
                ])
    }

    @Test func aCrashLosesThePushesInFlightAndThenTells() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "a", payload: .emptyObject)
        _ = try machine.push("t", event: "crash", payload: .emptyObject)
        #expect(
            machine.received(message("1", "1", "t", "phx_error"), at: now)
                == [
                    .replyLost(topic: "t", ref: Ref(2), .channelCrashed),
                    .replyLost(topic: "t", ref: Ref(3), .channelCrashed),
                    .topicError(topic: "t", payload: .emptyObject),
                ])
        #expect(throws: CommandError.notJoined) { try machine.push("t", event: "a", payload: .emptyObject) }
        #expect(try join("t", &machine)?.joinRef == "4")
    }

    @Test func aCloseWithAStaleJoinRefIsDropped() throws {
        var machine = try joined()
        _ = try machine.leave("t")
        #expect(machine.received(ok("2", "t", joinRef: "1"), at: now) == [.left(topic: "t")])
        _ = try join("t", &machine)
        #expect(machine.received(message("1", "1", "t", "phx_close"), at: now) == [])
        #expect(machine.received(message("1", nil, "t", "late"), at: now) == [])
        #expect(
            machine.received(ok("3", "t", joinRef: "3"), at: now) == [
                .joined(topic: "t", response: .emptyObject, rejoin: nil)
            ])
    }

    @Test func aCloseInPlaceOfTheLeavesReplyEndsTheLeave() throws {
        var machine = try joined()
        _ = try machine.leave("t")
        #expect(machine.received(message("1", "1", "t", "phx_close"), at: now) == [.left(topic: "t")])
        #expect(machine.received(ok("2", "t", joinRef: "1"), at: now) == [])
    }

    @Test func messagesOfTopicsThatAreNotJoinedAreDropped() throws {
        var machine = try joined()
        #expect(machine.received(message(nil, nil, "other", "e"), at: now) == [])
        #expect(
            machine.received(message(nil, nil, "t", "e"), at: now) == [
                .message(topic: "t", event: "e", payload: .emptyObject)
            ])
    }

    @Test func theProtocolsOwnNamesAreReserved() throws {
        var machine = try joined()
        #expect(throws: CommandError.reserved) { try machine.join("phoenix") { .emptyObject } }
        #expect(throws: CommandError.reserved) { try machine.push("t", event: "phx_leave", payload: .emptyObject) }
    }

    @Test func aHeartbeatThatIsNotAnsweredTimesOut() throws {
        var machine = open()
        let first = now + .seconds(25)
        #expect(machine.deadline == first)
        #expect(machine.due(at: first - .milliseconds(1)) == [])
        #expect(machine.due(at: first) == [.sendHeartbeat(message(nil, "1", "phoenix", "heartbeat"))])
        #expect(machine.deadline == first + .seconds(20))
        #expect(machine.received(ok("1", "phoenix", joinRef: nil), at: first + .seconds(2)) == [])
        #expect(machine.heartbeat.roundTripTime == .seconds(2))
        // What comes in otherwise doesn't put the next one off.
        #expect(machine.deadline == first + .seconds(25))
        let second = first + .seconds(25)
        #expect(machine.due(at: second) == [.sendHeartbeat(message(nil, "2", "phoenix", "heartbeat"))])
        // The answer to an earlier one is none, and no reply of another topic's is.
        #expect(machine.received(ok("1", "phoenix", joinRef: nil), at: second) == [])
        #expect(machine.received(ok("2", "t", joinRef: nil), at: second) == [])
        #expect(machine.due(at: second + .seconds(20)) == [.heartbeatTimedOut])
    }

    @Test func aHeartbeatOfAnEarlierConnectionDoesNotHarmTheNext() throws {
        var machine = open()
        let sent = now + .seconds(25)
        _ = machine.due(at: sent)
        _ = machine.closed(Disconnection(cause: .network), at: sent)
        let opened = try #require(machine.deadline)
        #expect(machine.due(at: opened) == [.connect])
        #expect(machine.opened(at: opened).events == [.connected(attempt: 1)])
        #expect(machine.heartbeat.roundTripTime == nil)
        #expect(machine.deadline == opened + .seconds(25))
        #expect(machine.received(ok("1", "phoenix", joinRef: nil), at: opened) == [])
        #expect(machine.heartbeat.roundTripTime == nil)
    }

    @Test func theEndOfTheSocketIsTheEndOfEverything() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "e", payload: .emptyObject)
        _ = try join("u", &machine)
        let end = Disconnection(cause: .server, code: 1012)
        #expect(
            machine.closed(end, at: now)
                == [
                    .replyLost(topic: "t", ref: Ref(2), .disconnected),
                    .joinFailed(topic: "u", .lost(.disconnected), rejoin: nil),
                    .disconnected(end, retryIn: nil),
                ])
        #expect(machine.closed(end, at: now) == [])
        #expect(machine.received(message(nil, nil, "t", "e"), at: now) == [])
        #expect(throws: CommandError.notConnected) { try join("t", &machine) }
    }

    @Test func aCloseOfOursIsToldAsRequested() throws {
        var machine = try joined()
        #expect(machine.link.close() == .closeLink)
        #expect(machine.link.close() == .ignored)
        #expect(throws: CommandError.notConnected) { try machine.push("t", event: "e", payload: .emptyObject) }
        #expect(
            machine.received(message(nil, nil, "t", "e"), at: now) == [
                .message(topic: "t", event: "e", payload: .emptyObject)
            ])
        #expect(
            machine.closed(Disconnection(cause: .server, code: 1000), at: now)
                == [.disconnected(Disconnection(cause: .requested, code: 1000), retryIn: nil)])
    }

    @Test func aFailedConnectIsToldOnce() throws {
        var machine = machine { $0.reconnect = nil }
        _ = machine.link.start()
        #expect(machine.connectFailed(.timedOut, at: now) == [.connectFailed(.timedOut, attempt: 1, retryIn: nil)])
        #expect(machine.connectFailed(.timedOut, at: now) == [])
        #expect(throws: CommandError.notConnected) { try machine.join("t") { .emptyObject } }
    }

    @Test func aConnectThatIsGivenUpIsToldAsCancelled() {
        var machine = machine()
        _ = machine.link.start()
        #expect(machine.link.close() == .closeLink)
        #expect(machine.connectFailed(.timedOut, at: now) == [.connectFailed(.cancelled, attempt: 1, retryIn: nil)])
        #expect(machine.deadline == nil)
    }

    // MARK: Joining anew

    @Test func whatWasJoinedIsJoinedAnewAfterAReconnect() throws {
        var machine = try joined { _ in }
        _ = try machine.push("t", event: "e", payload: .emptyObject)
        let told = machine.closed(Disconnection(cause: .server, code: 1000), at: now)
        #expect(told.first == .replyLost(topic: "t", ref: Ref(2), .disconnected))
        guard case .disconnected(Disconnection(cause: .server, code: 1000), .some(let retryIn)) = told.last else {
            Issue.record("told \(told)")
            return
        }
        #expect(machine.deadline == now + retryIn)
        #expect(throws: CommandError.notConnected) { try machine.push("t", event: "e", payload: .emptyObject) }
        #expect(throws: CommandError.alreadyJoined) { try machine.join("t") { .emptyObject } }
        #expect(machine.due(at: now + retryIn) == [.connect])
        #expect(machine.opened(at: now + retryIn).joins == ["t"])
        let join = machine.joinMessage("t", params: .emptyObject, at: now + retryIn)
        #expect(join == message("3", "3", "t", "phx_join"))
        // What an earlier join left behind is dropped, as is what comes before the answer.
        #expect(machine.received(message("1", "1", "t", "phx_close"), at: now) == [])
        #expect(machine.received(message(nil, nil, "t", "e"), at: now) == [])
        #expect(
            machine.received(ok("3", "t", joinRef: "3"), at: now)
                == [.joined(topic: "t", response: .emptyObject, rejoin: .reconnect)])
    }

    @Test func aRefusedJoinAnewIsToldAndNotRepeated() throws {
        var machine = try reopened()
        let refusal = Payload.json(try JSONText(#"{"reason":"unauthorized"}"#))
        let reply = Message.reply(joinRef: "2", ref: "2", topic: "t", status: "error", response: refusal)
        #expect(
            machine.received(reply, at: now) == [
                .joinFailed(
                    topic: "t", .rejected(Reply(status: "error", response: refusal)), rejoin: .reconnect)
            ])
        _ = machine.closed(Disconnection(cause: .network), at: now)
        _ = machine.due(at: .seconds(1_000))
        #expect(machine.opened(at: .seconds(1_000)).joins == [])
    }

    @Test func aJoinWhoseAnswerIsNoReplyHasFailed() throws {
        var machine = try reopened()
        let other = message("2", "2", "u", "phx_reply")
        #expect(machine.received(other, at: now) == [], "it is another topic's")
        let event = ConnectionEvent.joinFailed(topic: "t", .malformed, rejoin: .reconnect)
        #expect(machine.received(message("2", "2", "t", "phx_reply"), at: now) == [event])
        #expect(machine.received(ok("2", "t", joinRef: "2"), at: now) == [])
        #expect(try join("t", &machine)?.joinRef == "3")
        let first = ConnectionEvent.joinFailed(topic: "t", .malformed, rejoin: nil)
        #expect(machine.received(message("3", "3", "t", "phx_reply"), at: now) == [first])
    }

    @Test func aJoinAnewThatLosesItsConnectionIsMadeOnTheNextOne() throws {
        var machine = try reopened()
        let told = machine.closed(Disconnection(cause: .network), at: now)
        #expect(told.count == 1)
        _ = machine.due(at: .seconds(1_000))
        #expect(machine.opened(at: .seconds(1_000)).joins == ["t"])
    }

    /// A socket that has lost its connection once, and whose join of `t` is on its way anew, as 2.
    private func reopened() throws -> SocketStateMachine {
        var machine = try joined { _ in }
        _ = machine.closed(Disconnection(cause: .network), at: now)
        _ = machine.due(at: now + .seconds(1))
        _ = machine.opened(at: now + .seconds(1))
        #expect(machine.joinMessage("t", params: .emptyObject, at: now + .seconds(1))?.joinRef == "2")
        return machine
    }

    @Test func aCrashedChannelIsJoinedAnewAfterAWhile() throws {
        var machine = try joined { _ in }
        #expect(
            machine.received(message("1", "1", "t", "phx_error"), at: now)
                == [.topicError(topic: "t", payload: .emptyObject)])
        let deadline = try #require(machine.deadline)
        #expect(deadline >= now && deadline < now + .milliseconds(500))
        #expect(machine.due(at: deadline) == [.join(topic: "t")])
        #expect(machine.joinMessage("t", params: .emptyObject, at: deadline) == message("2", "2", "t", "phx_join"))
        #expect(
            machine.received(ok("2", "t", joinRef: "2"), at: deadline)
                == [.joined(topic: "t", response: .emptyObject, rejoin: .channelError)])
    }

    @Test func aChannelThatCrashesAgainAndAgainIsJoinedEverMoreSeldom() throws {
        var machine = try joined { _ in }
        var waits: [Duration] = []
        var time = now
        for number in 1...40 {
            _ = machine.received(message("\(number)".wireRef, "1", "t", "phx_error"), at: time)
            let deadline = try #require(machine.channels["t"].flatMap { $0.machine.deadline })
            waits.append(deadline - time)
            time = deadline
            let ref = try #require(machine.joinMessage("t", params: .emptyObject, at: time)?.joinRef)
            _ = machine.received(ok(ref, "t", joinRef: ref), at: time)
        }
        #expect(waits.allSatisfy { $0 <= .seconds(10) })
        #expect(waits.suffix(20).reduce(.zero, +) > .seconds(40))
        // A channel that was good for a while begins anew.
        _ = machine.received(message("41", "1", "t", "phx_error"), at: time + .seconds(10))
        #expect(try #require(machine.channels["t"]).backoff.failures == 1)
    }

    @Test func aClosedChannelIsNotJoinedAnew() throws {
        var machine = try joined { _ in }
        #expect(machine.received(message("1", "1", "t", "phx_close"), at: now) == [.topicClosed(topic: "t")])
        _ = machine.closed(Disconnection(cause: .network), at: now)
        _ = machine.due(at: .seconds(1_000))
        #expect(machine.opened(at: .seconds(1_000)).joins == [])
    }

    @Test func unmatchedTopicInMidSessionIsToldAndJoinsAnew() throws {
        var machine = try joined { _ in }
        _ = try machine.push("t", event: "a", payload: .emptyObject)
        _ = try machine.push("t", event: "b", payload: .emptyObject)
        let response = Payload.json(try JSONText(#"{"reason":"unmatched topic"}"#))
        let unmatched = Message.reply(joinRef: nil, ref: "2", topic: "t", status: "error", response: response)
        #expect(
            machine.received(unmatched, at: now) == [
                .replied(topic: "t", ref: Ref(2), Reply(status: "error", response: response)),
                .replyLost(topic: "t", ref: Ref(3), .channelCrashed), .topicError(topic: "t", payload: response),
            ])
        #expect(machine.due(at: now + .seconds(1)) == [.join(topic: "t")])
        // The application's own reply of these words has the join_ref.
        var other = try joined { _ in }
        _ = try other.push("t", event: "a", payload: .emptyObject)
        let own = Message.reply(joinRef: "1", ref: "2", topic: "t", status: "error", response: response)
        #expect(other.received(own, at: now).count == 1)
    }

    @Test func aTopicLeftWhileTheConnectionIsLostIsNotJoinedAnew() throws {
        var machine = try joined { _ in }
        _ = machine.closed(Disconnection(cause: .network), at: now)
        #expect(throws: CommandError.notConnected) { try machine.leave("t") }
        _ = machine.due(at: .seconds(1_000))
        #expect(machine.opened(at: .seconds(1_000)).joins == [])
    }

    @Test func forgottenRepliesAreNotTold() throws {
        var machine = try joined()
        let ref = try machine.push("t", event: "e", payload: .emptyObject).ref
        machine.forget([ref])
        #expect(machine.received(ok(WireRef(ref), "t", joinRef: "1"), at: now) == [])
        #expect(machine.received(message("1", "1", "t", "phx_close"), at: now) == [.topicClosed(topic: "t")])
    }
}

extension String {
    fileprivate var wireRef: WireRef { WireRef(self) }
}

extension ChannelStateMachine {
    /// When a channel that waits is to be joined.
    fileprivate var deadline: Duration? {
        if case .waiting(let until, _) = self { until } else { nil }
    }
}

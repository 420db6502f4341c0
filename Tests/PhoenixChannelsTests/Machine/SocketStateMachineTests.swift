import Testing

@testable import PhoenixChannels

@Suite struct SocketStateMachineTests {
    private func open() -> SocketStateMachine {
        var machine = SocketStateMachine()
        _ = machine.opened()
        return machine
    }

    private func joined(_ topic: String = "t") throws -> SocketStateMachine {
        var machine = open()
        _ = try machine.join(topic, params: .emptyObject)
        _ = machine.received(ok("1", topic, joinRef: "1"))
        return machine
    }

    private func message(_ joinRef: WireRef?, _ ref: WireRef?, _ topic: String, _ event: String) -> Message {
        Message(joinRef: joinRef, ref: ref, topic: topic, event: event, payload: .emptyObject)
    }

    private func ok(_ ref: WireRef, _ topic: String, joinRef: WireRef?) -> Message {
        .reply(joinRef: joinRef, ref: ref, topic: topic, status: "ok", response: .emptyObject)
    }

    private let okReply = Reply(status: "ok", response: .emptyObject)

    @Test func commandsBeforeTheSocketIsOpenAreRefused() {
        var machine = SocketStateMachine()
        #expect(throws: CommandError.notConnected) { try machine.join("t", params: .emptyObject) }
        #expect(throws: CommandError.notConnected) { try machine.leave("t") }
        #expect(throws: CommandError.notConnected) { try machine.push("t", event: "e", payload: .emptyObject) }
        #expect(machine.heartbeatDue() == .none)
        #expect(machine.received(message(nil, nil, "t", "e")) == [])
        #expect(machine.opened() == [.connected])
        #expect(machine.opened() == [])
    }

    @Test func everyFrameOfAChannelHasItsJoinRef() throws {
        var machine = open()
        #expect(try machine.join("t", params: .emptyObject) == message("1", "1", "t", "phx_join"))
        #expect(machine.received(ok("1", "t", joinRef: "1")) == [.joined(topic: "t", response: .emptyObject)])
        let push = try machine.push("t", event: "e", payload: .emptyObject)
        #expect(push.ref == Ref(2))
        #expect(push.message == message("1", "2", "t", "e"))
        #expect(try machine.leave("t") == message("1", "3", "t", "phx_leave"))
    }

    @Test func aReplyIsMatchedByItsRef() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "a", payload: .emptyObject)
        _ = try machine.push("t", event: "b", payload: .emptyObject)
        #expect(machine.received(ok("3", "t", joinRef: "1")) == [.replied(topic: "t", ref: Ref(3), okReply)])
        #expect(machine.received(ok("2", "t", joinRef: "1")) == [.replied(topic: "t", ref: Ref(2), okReply)])
        #expect(machine.received(ok("2", "t", joinRef: "1")) == [])
        #expect(machine.received(ok("99", "t", joinRef: "1")) == [])
        #expect(machine.received(ok("2", "other", joinRef: "1")) == [])
    }

    @Test func anUnmatchedTopicReplyHasNoJoinRefAndStillFailsTheJoin() throws {
        var machine = open()
        _ = try machine.join("nosuch:t", params: .emptyObject)
        let response = Payload.json(try JSONText(#"{"reason":"unmatched topic"}"#))
        let reply = Message.reply(joinRef: nil, ref: "1", topic: "nosuch:t", status: "error", response: response)
        #expect(
            machine.received(reply)
                == [.joinFailed(topic: "nosuch:t", .unmatchedTopic(Reply(status: "error", response: response)))])
    }

    @Test func aCrashLosesThePushesInFlightAndThenTells() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "a", payload: .emptyObject)
        _ = try machine.push("t", event: "crash", payload: .emptyObject)
        #expect(
            machine.received(message("1", "1", "t", "phx_error"))
                == [
                    .replyLost(topic: "t", ref: Ref(2), .channelCrashed),
                    .replyLost(topic: "t", ref: Ref(3), .channelCrashed),
                    .topicError(topic: "t", payload: .emptyObject),
                ])
        #expect(throws: CommandError.notJoined) { try machine.push("t", event: "a", payload: .emptyObject) }
        #expect(try machine.join("t", params: .emptyObject).joinRef == "4")
    }

    @Test func aCloseWithAStaleJoinRefIsDropped() throws {
        var machine = try joined()
        _ = try machine.leave("t")
        #expect(machine.received(ok("2", "t", joinRef: "1")) == [.left(topic: "t")])
        _ = try machine.join("t", params: .emptyObject)
        #expect(machine.received(message("1", "1", "t", "phx_close")) == [])
        #expect(machine.received(message("1", nil, "t", "late")) == [])
        #expect(machine.received(ok("3", "t", joinRef: "3")) == [.joined(topic: "t", response: .emptyObject)])
    }

    @Test func aCloseInPlaceOfTheLeavesReplyEndsTheLeave() throws {
        var machine = try joined()
        _ = try machine.leave("t")
        #expect(machine.received(message("1", "1", "t", "phx_close")) == [.left(topic: "t")])
        #expect(machine.received(ok("2", "t", joinRef: "1")) == [])
    }

    @Test func messagesOfTopicsThatAreNotJoinedAreDropped() throws {
        var machine = try joined()
        #expect(machine.received(message(nil, nil, "other", "e")) == [])
        #expect(
            machine.received(message(nil, nil, "t", "e")) == [.message(topic: "t", event: "e", payload: .emptyObject)])
    }

    @Test func theProtocolsOwnNamesAreReserved() throws {
        var machine = try joined()
        #expect(throws: CommandError.reserved) { try machine.join("phoenix", params: .emptyObject) }
        #expect(throws: CommandError.reserved) { try machine.push("t", event: "phx_leave", payload: .emptyObject) }
    }

    @Test func aHeartbeatThatIsNotAnsweredTimesOut() throws {
        var machine = open()
        #expect(machine.heartbeatDue() == .send(message(nil, "1", "phoenix", "heartbeat")))
        #expect(machine.received(ok("1", "phoenix", joinRef: nil)) == [])
        #expect(machine.heartbeatDue() == .send(message(nil, "2", "phoenix", "heartbeat")))
        #expect(machine.received(ok("1", "phoenix", joinRef: nil)) == [])
        #expect(machine.heartbeatDue() == .timedOut)
    }

    @Test func theEndOfTheSocketIsTheEndOfEverything() throws {
        var machine = try joined()
        _ = try machine.push("t", event: "e", payload: .emptyObject)
        _ = try machine.join("u", params: .emptyObject)
        let end = Disconnection(cause: .server, code: 1012)
        #expect(
            machine.closed(end)
                == [
                    .replyLost(topic: "t", ref: Ref(2), .disconnected), .joinFailed(topic: "u", .lost(.disconnected)),
                    .disconnected(end),
                ])
        #expect(machine.closed(end) == [])
        #expect(machine.received(message(nil, nil, "t", "e")) == [])
        #expect(throws: CommandError.notConnected) { try machine.join("t", params: .emptyObject) }
    }

    @Test func aCloseOfOursIsToldAsRequested() throws {
        var machine = try joined()
        #expect(machine.close() == true)
        #expect(machine.close() == false)
        #expect(throws: CommandError.notConnected) { try machine.push("t", event: "e", payload: .emptyObject) }
        #expect(
            machine.received(message(nil, nil, "t", "e")) == [.message(topic: "t", event: "e", payload: .emptyObject)])
        #expect(
            machine.closed(Disconnection(cause: .server, code: 1000))
                == [.disconnected(Disconnection(cause: .requested, code: 1000))])
    }

    @Test func aFailedConnectIsToldOnce() {
        var machine = SocketStateMachine()
        #expect(machine.connectFailed(.timedOut) == [.connectFailed(.timedOut)])
        #expect(machine.connectFailed(.timedOut) == [])
        var closing = SocketStateMachine()
        #expect(closing.close() == true)
        #expect(closing.connectFailed(.timedOut) == [.connectFailed(.cancelled)])
    }

    @Test func forgottenRepliesAreNotTold() throws {
        var machine = try joined()
        let ref = try machine.push("t", event: "e", payload: .emptyObject).ref
        machine.forget([ref])
        #expect(machine.received(ok(WireRef(ref), "t", joinRef: "1")) == [])
        #expect(machine.received(message("1", "1", "t", "phx_close")) == [.topicClosed(topic: "t")])
    }
}

import Testing

@testable import PhoenixChannels

@Suite struct ChannelStateMachineTests {
    private let ok = Reply(status: "ok", response: .emptyObject)

    private func refusal(_ reason: String) -> Reply {
        Reply(status: "error", response: .json(JSONText(unchecked: Array(#"{"reason":"\#(reason)"}"#.utf8))))
    }

    /// A channel whose join is on its way.
    private func joining(_ ref: UInt64 = 1) throws -> ChannelStateMachine {
        var channel = ChannelStateMachine.unjoined
        try channel.join()
        channel.sent(Ref(ref))
        return channel
    }

    @Test func joinPushLeave() throws {
        var channel = ChannelStateMachine.unjoined
        try channel.join()
        #expect(channel.isDue(at: .zero))
        channel.sent(Ref(1))
        #expect(!channel.isDue(at: .zero))
        #expect(throws: CommandError.notJoined) { try channel.push() }
        #expect(channel.joinReplied(ok) == .joined(response: .emptyObject, rejoin: nil))
        #expect(try channel.push() == Ref(1))
        #expect(try channel.leave() == Ref(1))
        #expect(throws: CommandError.notJoined) { try channel.push() }
        #expect(channel.leaveReplied() == .left)
        #expect(channel == .unjoined)
    }

    @Test func aSecondJoinIsRefusedUntilTheFirstHasEnded() throws {
        var channel = try joining()
        #expect(throws: CommandError.alreadyJoined) { try channel.join() }
        _ = channel.joinReplied(ok)
        #expect(throws: CommandError.alreadyJoined) { try channel.join() }
        _ = try channel.leave()
        #expect(throws: CommandError.leaving) { try channel.join() }
        #expect(throws: CommandError.leaving) { try channel.leave() }
        #expect(channel.ended(joinRef: "1") == .left)
        try channel.join()
    }

    @Test func aRefusedJoinSaysWhoRefused() throws {
        for (reply, failure) in [
            (refusal("unauthorized"), JoinFailure.rejected(refusal("unauthorized"))),
            (refusal("unmatched topic"), .unmatchedTopic(refusal("unmatched topic"))),
            (refusal("too many channels joined"), .tooManyChannels(refusal("too many channels joined"))),
            (Reply(status: "weird", response: .binary([])), .rejected(Reply(status: "weird", response: .binary([])))),
        ] {
            var channel = ChannelStateMachine.joining(joinRef: Ref(1), rejoin: nil)
            #expect(channel.joinReplied(reply) == .failed(failure, rejoin: nil))
            #expect(channel == .unjoined)
        }
    }

    @Test func theEndOfAnEarlierJoinChangesNothing() {
        var channel = ChannelStateMachine.joined(joinRef: Ref(5))
        #expect(channel.ended(joinRef: "1") == .ignored)
        #expect(channel == .joined(joinRef: Ref(5)))
        #expect(!channel.takes(joinRef: "1"))
        #expect(!channel.takes(joinRef: WireRef("5", isNumber: true)))
        #expect(channel.takes(joinRef: "5"))
        #expect(channel.ended(joinRef: "5") == .ended)
    }

    @Test func broadcastsAreTakenOnceJoined() throws {
        var channel = ChannelStateMachine.unjoined
        #expect(!channel.takes(joinRef: nil))
        try channel.join()
        #expect(!channel.takes(joinRef: nil))
        channel.sent(Ref(1))
        #expect(!channel.takes(joinRef: nil))
        #expect(channel.takes(joinRef: "1"))
        _ = channel.joinReplied(ok)
        #expect(channel.takes(joinRef: nil))
    }

    @Test func aCrashBeforeTheJoinsReplyFailsTheJoin() {
        var channel = ChannelStateMachine.joining(joinRef: Ref(1), rejoin: nil)
        #expect(channel.ended(joinRef: "1") == .joinFailed)
        #expect(channel.joinReplied(ok) == .ignored)
        #expect(channel == .unjoined)
    }

    @Test func aChannelThatWaitsIsJoinedAnewAtItsTimeOrWhenItIsAskedFor() throws {
        var channel = ChannelStateMachine.joined(joinRef: Ref(1))
        channel.wait(until: .seconds(2), .channelError)
        #expect(!channel.isDue(at: .seconds(1)))
        #expect(channel.isDue(at: .seconds(2)))
        #expect(throws: CommandError.notJoined) { try channel.push() }
        #expect(!channel.takes(joinRef: nil))
        try channel.join()
        #expect(channel.isDue(at: .zero))
        #expect(throws: CommandError.alreadyJoined) { try channel.join() }
        channel.sent(Ref(2))
        #expect(channel.joinReplied(ok) == .joined(response: .emptyObject, rejoin: .channelError))
    }

    @Test func aChannelThatWaitsIsLeftWithoutAWord() throws {
        var channel = ChannelStateMachine.joined(joinRef: Ref(1))
        channel.wait(until: nil, .reconnect)
        #expect(try channel.leave() == nil)
        #expect(channel == .unjoined)
    }

    @Test func aCrashOfAJoinAnewIsTriedAgainAndARefusalIsNot() throws {
        var channel = ChannelStateMachine.joining(joinRef: Ref(1), rejoin: .reconnect)
        #expect(channel.ended(joinRef: "1") == .rejoinFailed(.reconnect))
        channel = .joining(joinRef: Ref(2), rejoin: .reconnect)
        let refused = refusal("unauthorized")
        #expect(channel.joinReplied(refused) == .failed(.rejected(refused), rejoin: .reconnect))
        #expect(channel == .unjoined)
    }

    @Test func lateRepliesChangeNothing() {
        var channel = ChannelStateMachine.unjoined
        #expect(channel.joinReplied(ok) == .ignored)
        #expect(channel.leaveReplied() == .ignored)
        #expect(channel.ended(joinRef: nil) == .ignored)
        #expect(channel == .unjoined)
    }
}

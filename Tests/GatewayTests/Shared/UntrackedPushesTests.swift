import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// Whose the reply to a push is that a shared socket no longer keeps: its own member's, or nobody's.
@Suite struct UntrackedPushesTests {
    @Test func theOneWhoHasSuchPushesIsThePusher() {
        var pushes = UntrackedPushes()
        #expect(pushes.pusher(of: Ref(1)) == nil)
        pushes.add(Ref(5), of: 1)
        pushes.add(Ref(3), of: 1)
        #expect(pushes.pusher(of: Ref(5)) == 1 && pushes.pusher(of: Ref(6)) == nil)
    }

    @Test func whereSeveralMayBeNobodyIs() {
        var pushes = UntrackedPushes()
        pushes.add(Ref(5), of: 1)
        pushes.add(Ref(9), of: 2)
        #expect(pushes.pusher(of: Ref(5)) == nil && pushes.pusher(of: Ref(6)) == 2)
    }

    @Test func whereOneMayBeWhoHasGoneNobodyIs() {
        var pushes = UntrackedPushes()
        pushes.add(Ref(5), of: 1)
        pushes.add(Ref(9), of: 2)
        pushes.leave(1, keptThrough: nil)
        pushes.leave(3, keptThrough: nil)
        #expect(pushes.pusher(of: Ref(5)) == nil && pushes.pusher(of: Ref(6)) == 2)
    }

    @Test func whoseWasKeptAndHasGoneNobodyIs() {
        var pushes = UntrackedPushes()
        pushes.add(Ref(9), of: 2)
        pushes.leave(1, keptThrough: Ref(5))
        pushes.leave(3, keptThrough: Ref(4))
        #expect(pushes.pusher(of: Ref(5)) == nil && pushes.pusher(of: Ref(6)) == 2)
    }

    // MARK: On a socket

    /// Two sessions' parts in one socket, both with a push in flight that they keep no more, on a topic of both.
    private struct Pair {
        let transport = ScriptedTransport()
        let clients: [SharedClient]
        let told: [RepliesTold]
        let refs: [Ref]

        init() throws {
            let spec = try SessionSpec.plain()
            let sockets = SharedSockets(transport: transport)
            let current = CurrentEndpoint(spec.endpoint, key: spec.parts.key)
            let told = [RepliesTold(), RepliesTold()]
            clients = told.map { told in
                SharedClient(sockets, current, spec.connection) { _, events in told.add(events) }
            }
            self.told = told
            for client in clients { client.opening()?() }
            transport.advance()
            let link = try #require(transport.links.first)
            link.accept()
            for client in clients { _ = try client.join("t", params: .emptyObject) }
            link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
            transport.advance()
            refs = try clients.map { try $0.push("t", event: "e", payload: .emptyObject).ref }
        }

        func reply(_ ref: Int) {
            transport.links.first?.receive(#"["1","\#(ref)","t","phx_reply",{"response":{},"status":"ok"}]"#)
            transport.advance()
        }
    }

    @Test func aLateReplyIsToldToItsOwnMember() throws {
        let pair = try Pair()
        pair.clients[0].untrack([pair.refs[0]])
        pair.reply(2)
        #expect(pair.told.map(\.refs) == [[pair.refs[0]], []])
    }

    @Test func aLateReplyThatMayBeEithersIsToldToNeither() throws {
        let pair = try Pair()
        for (client, ref) in zip(pair.clients, pair.refs) { client.untrack([ref]) }
        pair.reply(2)
        #expect(pair.told.map(\.refs) == [[], []])
        pair.reply(3)
        #expect(pair.told.map(\.refs) == [[], [pair.refs[1]]])
    }

    @Test func aLateReplyToWhoHasLeftIsToldToNobody() throws {
        let pair = try Pair()
        for (client, ref) in zip(pair.clients, pair.refs) { client.untrack([ref]) }
        _ = try pair.clients[0].leave("t")
        pair.reply(2)
        #expect(pair.told.map(\.refs) == [[], []])
    }

    @Test(arguments: [true, false])
    func aLateReplyToWhatWasKeptOfWhoHasGoneIsToldToNobody(_ leaves: Bool) throws {
        let pair = try Pair()
        pair.clients[1].untrack([pair.refs[1]])
        if leaves { _ = try pair.clients[0].leave("t") } else { pair.clients[0].close() }
        pair.reply(2)
        #expect(pair.told.map(\.refs) == [[], []])
        pair.reply(3)
        #expect(pair.told.map(\.refs) == [[], [pair.refs[1]]])
    }

    @Test func aPushThatIsKeptAgainHasItsReplyAndItsLossTold() throws {
        let pair = try Pair()
        for (client, ref) in zip(pair.clients, pair.refs) {
            client.untrack([ref])
            #expect(client.track(ref, on: "t"))
        }
        #expect(!pair.clients[0].track(pair.refs[1], on: "t"), "it is another's")
        pair.reply(2)
        pair.transport.links.first?.receive(#"["1","1","t","phx_close",{}]"#)
        pair.transport.advance()
        #expect(pair.told.map(\.refs) == [[pair.refs[0]], []])
        #expect(pair.told.map(\.lost) == [[], [pair.refs[1]]])
        #expect(!pair.clients[1].track(pair.refs[1], on: "t"), "its join has ended")
    }
}

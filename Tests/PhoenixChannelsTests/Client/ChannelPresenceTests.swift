import DemoPhoenix
import TestSupport
import Testing

@testable import PhoenixChannels

/// Presence as a user of the client sees it, against the demo server.
@Suite(.timeLimit(.minutes(10))) struct ChannelPresenceTests {
    @Test func whoComesAndGoesIsToldAndShown() async throws {
        let server = try await DemoServer.start(port: 0)
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:\(server.port)/socket/websocket")
        let ann = try await PhoenixSocket.connect(to: endpoint)
        let room = try await ann.join("presence:room", params: JSONText(#"{"name":"ann"}"#))
        var events = room.events.makeAsyncIterator()
        try await expect(&events, "ann came", "in sync")
        #expect(room.presence.entries.map(\.key) == ["ann"])
        let bob = try await PhoenixSocket.connect(to: endpoint)
        _ = try await bob.join("presence:room", params: JSONText(#"{"name":"bob"}"#))
        try await expect(&events, "bob came", "in sync")
        #expect(room.presence.entries.map(\.key) == ["ann", "bob"])
        await bob.disconnect()
        try await expect(&events, "bob went", "in sync")
        #expect(room.presence.entries.map(\.key) == ["ann"])
        await ann.disconnect()
        await server.shutdown()
    }

    @Test func whoCameWhileTheConnectionWasLostIsToldAfterwards() async throws {
        let transport = ScriptedTransport()
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket")
        let dispatcher = SocketDispatcher(ConnectionConfiguration())
        _ = dispatcher.open({ endpoint }, transport)
        transport.links[0].accept()
        let joined = try dispatcher.join("t") { .emptyObject }
        transport.links[0].receive(
            #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#,
            #"["1",null,"t","presence_state",{"ann":{"metas":[{"phx_ref":"1"}]}}]"#)
        #expect(joined.presence.current.entries.map(\.key) == ["ann"])
        transport.links[0].handler.transportClosed(code: nil, reason: "")
        transport.advance(.seconds(1))
        transport.links[1].accept()
        transport.links[1].receive(
            #"["2","2","t","phx_reply",{"response":{},"status":"ok"}]"#,
            #"[null,null,"t","presence_diff",{"joins":{"cleo":{"metas":[{"phx_ref":"3"}]}},"leaves":{}}]"#)
        // Until the state is there, what was known stays.
        #expect(joined.presence.current.entries.map(\.key) == ["ann"])
        transport.links[1].receive(#"["2",null,"t","presence_state",{"bob":{"metas":[{"phx_ref":"2"}]}}]"#)
        #expect(joined.presence.current.entries.map(\.key) == ["bob", "cleo"])
        transport.links[1].receive(#"[null,null,"t","presence_diff",["nonsense"]]"#)
        #expect(joined.presence.current.entries.map(\.key) == ["bob", "cleo"])
    }

    /// Reads up to these changes, in this order.
    private func expect(_ events: inout ChannelEvents.AsyncIterator, _ words: String...) async throws {
        var rest = words[...]
        while let word = rest.first {
            guard case .presence(let change) = try #require(try await events.next()) else { continue }
            let told: String? =
                switch change {
                case .joined(let key, _, _): "\(key) came"
                case .left(let key, _, _): "\(key) went"
                case .synced: "in sync"
                case .incomplete: nil
                }
            if told == word { rest.removeFirst() }
        }
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// A connection that is open; the test plays the server and the clock.
final class ScriptedSession {
    let transport = ScriptedTransport()
    let delegate = RecordingDelegate()
    let connection: Connection

    init() throws {
        connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/"), transport: transport, delegate: delegate, seed: 1)
        connection.open()
        transport.links[0].accept()
        #expect(delegate.take() == [.connected(attempt: 1)])
    }

    /// The websocket that was opened last.
    var link: ScriptedLink { transport.links[transport.links.count - 1] }

    static func ok(_ ref: Int, joinRef: Int? = nil, topic: String = "t") -> String {
        #"["\#(joinRef ?? ref)","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#
    }

    /// Joins `t`, whose join has this ref.
    func join(_ ref: Int, params: String = "{}") throws {
        try connection.join("t", params: JSONText(params)).perform()
        #expect(link.sentTexts() == [#"["\#(ref)","\#(ref)","t","phx_join",\#(params)]"#])
        link.receive(Self.ok(ref))
        #expect(delegate.take() == [.joined(topic: "t", response: .emptyObject, rejoin: nil)])
    }

    func push(_ event: String = "e", _ payload: Payload = .emptyObject) throws(CommandError) {
        try connection.push("t", event: event, payload: payload).wake.perform()
    }

    /// Loses the connection, and lets the wait for the next one pass.
    func lose(code: UInt16? = nil, reason: String = "") {
        let count = transport.links.count
        link.handler.transportClosed(code: code, reason: reason)
        transport.advance(.seconds(30))
        #expect(transport.links.count == count + 1)
    }
}

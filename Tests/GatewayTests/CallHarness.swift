import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// A gateway whose callers have no session: the test plays the callers, and the Phoenix server behind the pool.
struct CallHarness {
    typealias Pending = GatewayHarness.Pending

    static let uri = "ws://127.0.0.1:4000/socket/websocket"

    let harness: GatewayHarness

    init(_ change: (inout GatewayConfiguration) -> Void = { _ in }) { harness = GatewayHarness(change) }

    /// A call that pushes the event `e` to the topic `t`, or does what these members say.
    func call(
        _ members: String = #","event":"e""#, query: String = "?wait=5s", key: String? = nil, on topic: String = "t"
    ) throws -> Pending {
        try harness.send(
            .post, "/call\(query)", #"{"uri":"\#(Self.uri)","topic":"\#(topic)"\#(members)}"#,
            headers: key.map { [.testIdempotencyKey: $0] } ?? [:])
    }

    /// A listener on the topic `t`.
    func listen(
        _ members: String = "", query: String = "", accept: String = "application/x-ndjson", lastEventID: String? = nil
    ) throws -> Pending {
        var headers: HTTPFields = [.accept: accept]
        if let lastEventID { headers[.testLastEventID] = lastEventID }
        return try harness.send(
            .post, "/listen\(query)", #"{"uri":"\#(Self.uri)","topic":"t"\#(members)}"#, headers: headers)
    }

    var links: [ScriptedLink] { harness.transport.links }

    /// The last client, connected and joined.
    @discardableResult
    func open(_ topic: String = "t") throws -> ScriptedLink {
        let link = try #require(links.last)
        link.accept()
        receive(link, #"["1","1","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#)
        return link
    }

    func receive(_ link: ScriptedLink, _ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    /// The server answers the push with this ref of the wire.
    func reply(_ link: ScriptedLink, _ ref: Int, status: String = "ok", _ response: String = "{}") {
        receive(link, #"["1","\#(ref)","t","phx_reply",{"response":\#(response),"status":"\#(status)"}]"#)
    }

    /// Takes all that a stream has.
    func text(_ pending: Pending) throws -> String { try harness.received(pending) }

    /// The same, as JSON lines.
    func records(_ pending: Pending) throws -> [JSONSlice] {
        try text(pending).split(separator: "\n")
            .map { try JSONText(validating: Array($0.utf8), limits: .lenient).slice }
    }
}

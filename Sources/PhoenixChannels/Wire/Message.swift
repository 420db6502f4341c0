/// One message of the Phoenix Channels protocol, vsn 2.0.0.
package struct Message: Sendable, Hashable {
    /// Which join of the topic it belongs to; nil on broadcasts and on "unmatched topic".
    package var joinRef: WireRef?
    /// Which message it answers, or asks an answer for; nil on what the server says unasked.
    package var ref: WireRef?
    package var topic: String
    package var event: String
    package var payload: Payload
    /// The status of a reply that came as a binary frame; a text frame has it in its payload.
    package var replyStatus: String?

    package init(
        joinRef: WireRef?, ref: WireRef?, topic: String, event: String, payload: Payload, replyStatus: String? = nil
    ) {
        self.joinRef = joinRef
        self.ref = ref
        self.topic = topic
        self.event = event
        self.payload = payload
        self.replyStatus = replyStatus
    }

    /// A `phx_reply` as a server sends it: members in the order of its recordings, `response` first.
    package static func reply(
        joinRef: WireRef?, ref: WireRef?, topic: String, status: String, response: Payload
    ) -> Message {
        switch response {
        case .binary:
            return Message(
                joinRef: joinRef, ref: ref, topic: topic, event: "phx_reply", payload: response, replyStatus: status)
        case .json(let text):
            var bytes = Array(#"{"response":"#.utf8)
            bytes.append(contentsOf: text.bytes)
            bytes.append(contentsOf: #","status":"#.utf8)
            bytes.appendJSONString(status)
            bytes.append(UInt8(ascii: "}"))
            return Message(
                joinRef: joinRef, ref: ref, topic: topic, event: "phx_reply",
                payload: .json(JSONText(unchecked: bytes)))
        }
    }

    /// A reply's status and response; nil for another event, or a `phx_reply` that isn't shaped as one.
    package var reply: Reply? {
        guard event == "phx_reply" else { return nil }
        switch payload {
        case .binary:
            return replyStatus.map { Reply(status: $0, response: payload) }
        case .json(let text):
            let (status, response) = text.slice.members("status", "response")
            guard let status = status?.string, let response else { return nil }
            return Reply(status: status, response: .json(response.text))
        }
    }
}

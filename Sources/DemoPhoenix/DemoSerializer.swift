import PhoenixChannels

/// How a socket's frames are written: by the `vsn` that its client asked for.
enum DemoSerializer: Equatable {
    /// Objects `{topic, event, payload, ref}` without a join_ref (transcript `connect_missing_vsn_v1`).
    case v1
    case v2

    /// Reads a `vsn`: three parts, of which the last is free; none at all is 1.0.0 (transcript `connect_vsn_variants`).
    init?(vsn: String?) {
        let numbers = (vsn ?? "1.0.0").split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers[1] == "0", UInt(numbers[2]) != nil else { return nil }
        switch numbers[0] {
        case "1": self = .v1
        case "2": self = .v2
        default: return nil
        }
    }

    /// A client's message; nil for what a server's transport crashes on.
    func decode(_ frame: Frame) -> Message? {
        switch self {
        case .v1: Self.decodeObject(frame)
        case .v2: try? V2Serializer.decode(frame, by: .client)
        }
    }

    /// A server's frame; an empty one for names too long for a binary frame, which can't have come out of one.
    func encode(_ message: Message) -> Frame {
        switch self {
        case .v1: Self.encodeObject(message)
        case .v2: (try? V2Serializer.encode(message, by: .server)) ?? .text([])
        }
    }

    private static func decodeObject(_ frame: Frame) -> Message? {
        guard case .text(let bytes) = frame, let object = try? JSONText(validating: bytes, limits: .lenient).slice,
            let topic = object.member("topic")?.string, let event = object.member("event")?.string,
            let payload = object.member("payload")
        else { return nil }
        let ref = object.member("ref").flatMap { ref in
            ref.string.map { WireRef($0) }
                ?? (ref.kind == .number ? WireRef(String(decoding: ref.bytes, as: UTF8.self), isNumber: true) : nil)
        }
        return Message(joinRef: nil, ref: ref, topic: topic, event: event, payload: .json(payload.text))
    }

    /// Only a reply has a ref here; a binary payload has no form in this version.
    private static func encodeObject(_ message: Message) -> Frame {
        guard case .json(let payload) = message.payload else { return .text([]) }
        var bytes = Array(#"{"event":"#.utf8)
        bytes.appendJSONString(message.event)
        bytes += Array(#","payload":"#.utf8)
        bytes += payload.bytes
        bytes += Array(#","ref":"#.utf8)
        bytes.appendRef(message.event == "phx_reply" ? message.ref : nil)
        bytes += Array(#","topic":"#.utf8)
        bytes.appendJSONString(message.topic)
        bytes.append(UInt8(ascii: "}"))
        return .text(bytes)
    }
}

extension [UInt8] {
    /// Appends a ref as it stood on the wire, or null.
    mutating func appendRef(_ ref: WireRef?) {
        guard let ref else { return append(contentsOf: "null".utf8) }
        if ref.isNumber { append(contentsOf: ref.text.utf8) } else { appendJSONString(ref.text) }
    }
}

/// The binary frames of serializer V2: a kind, one-byte lengths, the names, then the data.
///
/// A client's push and a server's push have the same kind and different headers (transcripts `binary_*`).
enum BinaryFrame {
    private static let push: UInt8 = 0
    private static let reply: UInt8 = 1
    private static let broadcast: UInt8 = 2

    static func encode(_ message: Message, _ data: [UInt8], by side: Side) throws(WireError) -> [UInt8] {
        let joinRef = ("join_ref", message.joinRef?.text ?? "")
        let ref = ("ref", message.ref?.text ?? "")
        let topic = ("topic", message.topic)
        let event = ("event", message.event)
        switch side {
        case .client:
            return try join(push, [joinRef, ref, topic, event], data)
        case .server:
            if let status = message.replyStatus {
                return try join(reply, [joinRef, ref, topic, ("status", status)], data)
            }
            if message.joinRef == nil { return try join(broadcast, [topic, event], data) }
            return try join(push, [joinRef, topic, event], data)
        }
    }

    static func decode(_ bytes: [UInt8], by side: Side) throws(WireError) -> Message {
        guard let kind = bytes.first else { throw .binaryTooShort }
        switch (kind, side) {
        case (push, .client):
            let (names, data) = try split(bytes, 4)
            return Message(
                joinRef: WireRef(names[0]), ref: names[1].isEmpty ? nil : WireRef(names[1]), topic: names[2],
                event: names[3], payload: .binary(data))
        case (push, .server):
            let (names, data) = try split(bytes, 3)
            return Message(
                joinRef: WireRef(names[0]), ref: nil, topic: names[1], event: names[2], payload: .binary(data))
        case (reply, .server):
            let (names, data) = try split(bytes, 4)
            return Message(
                joinRef: names[0].isEmpty ? nil : WireRef(names[0]), ref: names[1].isEmpty ? nil : WireRef(names[1]),
                topic: names[2], event: "phx_reply", payload: .binary(data), replyStatus: names[3])
        case (broadcast, .server):
            let (names, data) = try split(bytes, 2)
            return Message(joinRef: nil, ref: nil, topic: names[0], event: names[1], payload: .binary(data))
        case (_, _):
            throw .unknownBinaryKind(kind)
        }
    }

    private static func join(
        _ kind: UInt8, _ names: [(label: String, text: String)], _ data: [UInt8]
    ) throws(WireError) -> [UInt8] {
        var bytes = [kind]
        for name in names {
            guard let length = UInt8(exactly: name.text.utf8.count) else { throw .badName(name.label) }
            bytes.append(length)
        }
        for name in names { bytes.append(contentsOf: name.text.utf8) }
        bytes.append(contentsOf: data)
        return bytes
    }

    private static func split(_ bytes: [UInt8], _ count: Int) throws(WireError) -> (names: [String], data: [UInt8]) {
        guard bytes.count > count else { throw .binaryTooShort }
        var names: [String] = []
        var index = count + 1
        for place in 1...count {
            let end = index + Int(bytes[place])
            guard end <= bytes.count else { throw .binaryTooShort }
            guard let name = String(validating: bytes[index..<end], as: UTF8.self) else { throw .badName("a name") }
            names.append(name)
            index = end
        }
        return (names, Array(bytes[index...]))
    }
}

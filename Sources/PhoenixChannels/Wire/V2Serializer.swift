/// Phoenix's serializer V2: `[join_ref, ref, topic, event, payload]` as text, or a binary frame for a binary payload.
///
/// Phoenix `lib/phoenix/socket/serializers/v2_json_serializer.ex`. Payloads pass as bytes.
package enum V2Serializer {
    /// Writes a message as its payload asks: text for JSON, binary for bytes.
    package static func encode(_ message: Message, by side: Side) throws(WireError) -> Frame {
        switch message.payload {
        case .json(let payload): .text(text(message, payload))
        case .binary(let data): .binary(try BinaryFrame.encode(message, data, by: side))
        }
    }

    /// Reads a frame; array elements past the fifth are passed over, as Phoenix does.
    package static func decode(_ frame: Frame, by side: Side) throws(WireError) -> Message {
        switch frame {
        case .text(let bytes): try decodeText(bytes)
        case .binary(let bytes): try BinaryFrame.decode(bytes, by: side)
        }
    }

    private static func text(_ message: Message, _ payload: JSONText) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.topic.utf8.count + message.event.utf8.count + payload.bytes.count + 48)
        bytes.append(UInt8(ascii: "["))
        for ref in [message.joinRef, message.ref] {
            if let ref { ref.append(to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
            bytes.append(UInt8(ascii: ","))
        }
        bytes.appendJSONString(message.topic)
        bytes.append(UInt8(ascii: ","))
        bytes.appendJSONString(message.event)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: payload.bytes)
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private static func decodeText(_ bytes: [UInt8]) throws(WireError) -> Message {
        let ranges = try elementRanges(bytes)
        func element(_ index: Int) -> JSONSlice { JSONSlice(bytes, ranges[index]) }
        guard let topic = element(2).string else { throw .badElement("topic") }
        guard let event = element(3).string else { throw .badElement("event") }
        return Message(
            joinRef: try ref(element(0), "join_ref"), ref: try ref(element(1), "ref"), topic: topic, event: event,
            payload: .json(element(4).text))
    }

    private static func ref(_ element: JSONSlice, _ name: String) throws(WireError) -> WireRef? {
        switch element.kind {
        case .null: return nil
        case .string: return element.string.map { WireRef($0) }
        case .number: return WireRef(String(decoding: element.bytes, as: UTF8.self), isNumber: true)
        case .object, .array, .true, .false: throw .badElement(name)
        }
    }

    /// Checks the whole text in one pass, and says where the five elements of its array stand.
    private static func elementRanges(_ bytes: [UInt8]) throws(WireError) -> InlineArray<5, Range<Int>> {
        var ranges = InlineArray<5, Range<Int>>(repeating: 0..<0)
        let count: Int?
        do throws(JSONError) {
            count = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
                var scanner = JSONScanner(buffer, limits: .lenient)
                scanner.skipWhitespace()
                guard scanner.peek() == UInt8(ascii: "[") else {
                    try scanner.scanDocument()
                    return nil
                }
                return try scanner.scanElements(into: &ranges)
            }
        } catch {
            throw .notJSON(error)
        }
        guard let count else { throw .notAnArray }
        guard count >= 5 else { throw .tooFewElements }
        return ranges
    }
}

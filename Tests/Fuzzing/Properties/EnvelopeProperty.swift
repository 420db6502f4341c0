import PhoenixChannels

/// A text frame: it is split as its elements are read one by one, and what is put together again is the same message.
enum EnvelopeProperty {
    /// What the envelope's own array adds to a payload's levels.
    private static let limits: JSONLimits = {
        var limits = JSONLimits.lenient
        limits.maxDepth += 1
        return limits
    }()

    private typealias Outcome = Result<Message, WireError>

    static func check(_ input: [UInt8]) throws(Violation) {
        let outcome = split(input, .server)
        try require(outcome == split(input, .client), "either side reads a text in its own way")
        let expected = read(input)
        try require(isSame(outcome, expected), "split \(outcome), read \(expected)")
        guard case .success(let message) = outcome else { return }
        try checkWritten(message)
        try checkReply(message)
    }

    private static func split(_ input: [UInt8], _ side: Side) -> Outcome {
        do throws(WireError) {
            return .success(try V2Serializer.decode(.text(input), by: side))
        } catch {
            return .failure(error)
        }
    }

    /// The same by way of the elements.
    private static func read(_ input: [UInt8]) -> Outcome {
        let text: JSONText
        let isArray = JSONText(unchecked: input).slice.kind == .array
        do throws(JSONError) {
            text = try JSONText(validating: input, limits: isArray ? limits : .lenient)
        } catch {
            return .failure(.notJSON(error))
        }
        guard text.slice.kind == .array else { return .failure(.notAnArray) }
        let elements = text.slice.elements()
        guard elements.count >= 5 else { return .failure(.tooFewElements) }
        guard let topic = elements[2].string else { return .failure(.badElement("topic")) }
        guard let event = elements[3].string else { return .failure(.badElement("event")) }
        var refs: [WireRef?] = []
        for (element, name) in zip(elements, ["join_ref", "ref"]) {
            switch element.kind {
            case .null: refs.append(nil)
            case .string: refs.append(element.string.map { WireRef($0) })
            case .number: refs.append(WireRef(String(decoding: element.bytes, as: UTF8.self), isNumber: true))
            case .object, .array, .true, .false: return .failure(.badElement(name))
            }
        }
        return .success(
            Message(
                joinRef: refs[0], ref: refs[1], topic: topic, event: event,
                payload: .json(JSONText(unchecked: Array(elements[4].bytes)))))
    }

    /// The words of why it isn't JSON may differ, not the place.
    private static func isSame(_ left: Outcome, _ right: Outcome) -> Bool {
        if case .failure(.notJSON(let left)) = left, case .failure(.notJSON(let right)) = right {
            return left.offset == right.offset
        }
        return left == right
    }

    private static func checkWritten(_ message: Message) throws(Violation) {
        let frame = try required(try? V2Serializer.encode(message, by: .client), "a text can't be written")
        try require(frame == (try? V2Serializer.encode(message, by: .server)), "either side writes in its own way")
        guard case .text(let bytes) = frame else { throw Violation(description: "JSON became binary") }
        let again = split(bytes, .server)
        try require(again == .success(message), "written, it is \(again)")
        guard case .success(let message) = again else { return }
        try require((try? V2Serializer.encode(message, by: .client)) == frame, "written twice it is another")
        try require(JSONText(unchecked: bytes).slice.elements().count == 5, "not five elements")
    }

    private static func checkReply(_ message: Message) throws(Violation) {
        guard case .json(let payload) = message.payload else { throw Violation(description: "a text became binary") }
        let isJSON = (try? JSONText(validating: payload.bytes, limits: .lenient)) != nil
        try require(isJSON, "the payload is no JSON by itself")
        var expected: Reply?
        if message.event == "phx_reply", let status = payload.slice.member("status")?.string,
            let response = payload.slice.member("response")
        {
            expected = Reply(status: status, response: .json(JSONText(unchecked: Array(response.bytes))))
        }
        try require(message.reply == expected, "the reply is \(String(describing: message.reply))")
        guard let reply = message.reply else { return }
        let own = Message.reply(
            joinRef: message.joinRef, ref: message.ref, topic: message.topic, status: reply.status,
            response: reply.response)
        try require(own.reply == reply, "a reply made of it is another")
        try checkWritten(own)
    }
}

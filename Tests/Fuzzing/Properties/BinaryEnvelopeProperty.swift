import PhoenixChannels

/// A binary frame: it is split as its header says, and what is put together again are the same bytes.
enum BinaryEnvelopeProperty {
    static func check(_ input: [UInt8]) throws(Violation) {
        for side in [Side.client, .server] {
            let message = try? V2Serializer.decode(.binary(input), by: side)
            let parts = parts(input, side)
            try require((message == nil) == (parts == nil), "of \(side): split \(message != nil)")
            guard let message, let parts else { continue }
            guard case .binary(let data) = message.payload else { throw Violation(description: "binary became text") }
            try require(data.elementsEqual(parts.data), "the data is another")
            try require(
                names(message, kind: input[0], side).map { Array($0.utf8) } == parts.names.map { Array($0) },
                "the names are others")
            try require((try? V2Serializer.encode(message, by: side)) == .binary(input), "the bytes are others")
            try require(message.reply?.status == message.replyStatus, "a reply without its status")
        }
    }

    /// What stands behind the header, by the book; nil for what is no frame of this side's.
    private static func parts(
        _ input: [UInt8], _ side: Side
    ) -> (names: [ArraySlice<UInt8>], data: ArraySlice<UInt8>)? {
        let counts: [UInt8: Int] =
            switch side {
            case .client: [0: 4]
            case .server: [0: 3, 1: 4, 2: 2]
            }
        guard let count = input.first.flatMap({ counts[$0] }), input.count > count else { return nil }
        let lengths = input[1...count].map { Int($0) }
        var rest = input[(count + 1)...]
        guard lengths.reduce(0, +) <= rest.count else { return nil }
        var names: [ArraySlice<UInt8>] = []
        for length in lengths {
            names.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return names.allSatisfy { text($0) != nil } ? (names, rest) : nil
    }

    private static func names(_ message: Message, kind: UInt8, _ side: Side) -> [String] {
        let (joinRef, ref) = (message.joinRef?.text ?? "", message.ref?.text ?? "")
        switch (kind, side) {
        case (0, .client): return [joinRef, ref, message.topic, message.event]
        case (0, .server): return [joinRef, message.topic, message.event]
        case (1, .server): return [joinRef, ref, message.topic, message.replyStatus ?? ""]
        case (_, _): return [message.topic, message.event]
        }
    }
}

import PhoenixChannels
import Synchronization

/// The number of each topic's last counted message.
final class TopicCounters: Sendable {
    private let last: Mutex<[String: Int]>

    init(_ last: [String: Int]) {
        self.last = Mutex(last)
    }

    /// The message with its topic's next number as the first member, `seq`, of its payload, which is an object.
    func counted(_ message: Message) -> Message {
        guard case .json(let text) = message.payload, text.slice.kind == .object else { return message }
        let number = last.withLock { last in
            last[message.topic, default: 0] += 1
            return last[message.topic, default: 0]
        }
        let isEmpty = text.slice.members().isEmpty
        var bytes = Array(#"{"seq":\#(number)"#.utf8)
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes += text.slice.bytes.dropFirst()
        var message = message
        message.payload = .json(JSONText(unchecked: bytes))
        return message
    }
}

import PhoenixChannels
import Synchronization

/// The params of a topic's joins: each has a number of its own, which the server echoes.
final class JoinParams: Sendable {
    private let client: Int
    private let last = Atomic(0)

    init(client: Int) {
        self.client = client
    }

    func next() -> JSONText {
        let number = last.add(1, ordering: .relaxed).newValue
        return JSONText(unchecked: Array(#"{"client":\#(client),"join":\#(number),"echo":true}"#.utf8))
    }
}

import PhoenixChannels

/// Messages that a channel pushes at once, each made when it is sent.
struct DemoBurst: Equatable {
    let joinRef: WireRef?
    let topic: String
    let count: Int
    /// Bytes of data in each.
    let size: Int
    /// Whether each has its topic's number.
    let isCounted: Bool

    /// The message of this number, from 0.
    func message(_ number: Int) -> Message {
        Message(joinRef: joinRef, ref: nil, topic: topic, event: "tick", payload: DemoChannel.tick(size, number))
    }
}

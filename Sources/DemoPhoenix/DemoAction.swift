import PhoenixChannels

/// What a `DemoSocket` wants done, in this order.
enum DemoAction: Equatable {
    case send(Frame)
    /// To every socket that has joined the message's topic, this one only with `toSelf`.
    case broadcast(Message, toSelf: Bool)
    case joined(topic: String)
    case left(topic: String)
    /// Hand this back to `DemoSocket.elapsed` after a while.
    case wait(Duration, DemoTimer)
    /// Close the websocket with this code.
    case close(UInt16)
}

/// What is to happen when a wait is over; a channel that has ended meanwhile is not concerned any more.
enum DemoTimer: Equatable {
    /// A reply that was put off.
    case reply(channel: Int, Message)
    /// The channel stops on its own.
    case stop(channel: Int, topic: String)
    /// A slow join is done: what was sent behind it is read now.
    case joinDone(Message)
}

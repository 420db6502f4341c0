import PhoenixChannels

/// What a `DemoSocket` wants done, in this order.
enum DemoAction: Equatable {
    /// With `counted`, the payload gets the next number of its topic as the member `seq`.
    case send(Message, counted: Bool = false)
    /// An answer to what can't be a `Message`.
    case sendFrame(Frame)
    /// To every socket that has joined the message's topic, this one only with `toSelf`.
    case broadcast(Message, toSelf: Bool, counted: Bool = false)
    case burst(DemoBurst)
    case joined(topic: String)
    case left(topic: String)
    /// Tell everybody on the topic of one more presence, and this socket of all that are there.
    case track(topic: String, key: String, joinRef: WireRef?)
    case updatePresence(topic: String, status: String)
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
    /// A slow channel leaves.
    case leave(channel: Int, Message)
    case tick(channel: Int, topic: String, DemoTick)
}

/// Messages that a channel pushes for ever.
struct DemoTick: Equatable {
    let interval: Duration
    /// A channel has one ticker, its newest.
    let ticker: Int
    /// Bytes of data; nil for a tick that has its topic's number instead.
    let size: Int?
    /// The next tick's, from 1.
    let number: Int

    /// No channel ticks faster.
    static let minInterval = Duration.milliseconds(1)

    var next: DemoTick { DemoTick(interval: interval, ticker: ticker, size: size, number: number + 1) }
}

import PhoenixChannels

/// One joined topic of the demo: what its events answer.
///
/// The channels of Slipstream's tutorial and of the recordings: a name that is not here crashes the channel.
struct DemoChannel {
    /// What an event brings about, in this order.
    enum Effect: Equatable {
        case reply(String, Payload)
        case replyLater(Duration, Payload)
        /// With `counted`, the payload gets the topic's next number.
        case push(String, Payload, counted: Bool = false)
        case broadcast(String, Payload, toSelf: Bool, counted: Bool = false)
        /// So many `tick`s with so many bytes of data each.
        case burst(Int, size: Int, counted: Bool)
        /// Who the connection is.
        case whoami
        case updatePresence(status: String)
        /// Ticks with the topic's next number from now on.
        case count(every: Duration)
        /// `{:stop, :normal}`: `phx_close`.
        case stop
        /// A raise, or another reason to stop: `phx_error`.
        case crash
    }

    /// A burst is at most so many messages: a test's, not an attack's.
    static let maxBurst = 100_000
    /// Bytes of a burst's message, 1 MiB, and of a whole burst, 64 MiB.
    static let maxBurstMessage = 1 << 20
    static let maxBurstBytes = 64 << 20
    /// No reply is put off for longer.
    static let maxDelay = Duration.seconds(60)

    /// Tells this join from others of the same topic.
    let id: Int
    /// As the join had it: frames with another one are dropped.
    let joinRef: WireRef?
    /// What the server's own frames carry: the join's ref where it had no join_ref (transcript `join_null_join_ref`).
    let shownRef: WireRef?
    /// The ticker that runs; those before it have stopped.
    var ticker = 0

    func takes(_ message: Message) -> Bool {
        message.joinRef == nil || message.joinRef == joinRef
    }

    static func effects(of event: String, _ payload: Payload) -> [Effect] {
        switch event {
        case "quicksand": []
        case "ping": [.reply("ok", json(#"{"pong":"pong"}"#))]
        case "ping bare": [.reply("ok", json("{}"))]
        case "fail": [.reply("error", json(#"{"failed":true}"#))]
        case "fail bare": [.reply("error", json("{}"))]
        case "echo", "echo_binary": [.reply("ok", payload)]
        case "fail_binary": [.reply("error", payload)]
        case "odd status": [.reply("weird", json(#"{"status":"weird"}"#))]
        case "list reply": [.reply("ok", json(#"[1,"two",null]"#))]
        case "string reply": [.reply("ok", json(#""text""#))]
        case "push to me": [.push("foo", json(#"{"bar":"baz"}"#))]
        case "push_binary_to_me": [.push("bin", .binary([0, 1, 2, 0xFD, 0xFE, 0xFF]))]
        case "push then reply": [.push("before", payload), .reply("ok", payload)]
        case "broadcast": [.broadcast("shout", payload, toSelf: true)]
        case "broadcast_from": [.broadcast("shout", payload, toSelf: false)]
        case "burst": burst(payload)
        case "later": [later(payload)]
        case "broadcast_counted": [.broadcast("shout", payload, toSelf: true, counted: true)]
        case "counter": counter(payload)
        case "whoami": [.whoami]
        case "update": [.updatePresence(status: member(payload, "status")?.string ?? "")]
        case "stop", "stop_shutdown": [.stop]
        case "stop_reply": [.reply("ok", json(#"{"bye":true}"#)), .stop]
        default: [.crash]
        }
    }

    /// `{n, size}`: so many `tick`s with `size` bytes of data each; `"reply":true` asks for a reply behind them, and
    /// `"seq":true` for the topic's number in each.
    private static func burst(_ payload: Payload) -> [Effect] {
        let count = min(max(0, integer(payload, "n") ?? 0), maxBurst)
        let size = min(max(0, integer(payload, "size") ?? 0), maxBurstMessage)
        guard count * size <= maxBurstBytes else { return [.crash] }
        let isCounted = member(payload, "seq")?.bool == true
        let burst = Effect.burst(count, size: size, counted: isCounted)
        guard member(payload, "reply")?.bool == true else { return [burst] }
        return [burst, .reply("ok", json(#"{"n":\#(count)}"#))]
    }

    private static func counter(_ payload: Payload) -> [Effect] {
        let interval = max(duration(milliseconds: integer(payload, "interval_ms") ?? 1_000), DemoTick.minInterval)
        return [.reply("ok", json("{}")), .count(every: interval)]
    }

    static func tick(_ size: Int, _ number: Int) -> Payload {
        json(#"{"data":"\#(String(repeating: "x", count: size))","i":\#(number)}"#)
    }

    private static func later(_ payload: Payload) -> Effect {
        let delay = integer(payload, "delay_ms") ?? 0
        return .replyLater(duration(milliseconds: delay), json(#"{"delay_ms":\#(delay)}"#))
    }

    /// A delay that a client asks for, within bounds.
    static func duration(milliseconds: Int) -> Duration {
        min(max(.zero, .milliseconds(milliseconds)), maxDelay)
    }

    static func json(_ text: String) -> Payload { .json(JSONText(unchecked: Array(text.utf8))) }

    /// A string as JSON text.
    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.appendJSONString(text)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func member(_ payload: Payload, _ name: String) -> JSONSlice? {
        switch payload {
        case .json(let text): text.slice.member(name)
        case .binary: nil
        }
    }

    static func integer(_ payload: Payload, _ name: String) -> Int? { member(payload, name)?.integer }
}

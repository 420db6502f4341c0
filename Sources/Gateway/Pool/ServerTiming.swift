/// How long the stages of a call took: the field `Server-Timing` (W3C), in milliseconds.
struct ServerTiming: Sendable, CustomStringConvertible {
    /// Nil for a client that was connected already.
    var connect: Duration?
    var join: Duration?
    /// What the call came for: the reply, or the match.
    var outcome: (stage: Call.Stage, duration: Duration)?

    /// Of a client that has connected and joined, or has failed at that.
    init(from began: Duration, connected: Duration?, to now: Duration) {
        connect = (connected ?? now) - began
        join = connected.map { now - $0 }
    }

    /// Of a client that was there.
    init() {}

    var description: String {
        var text = ""
        func add(_ name: String, _ duration: Duration) {
            if !text.isEmpty { text += ", " }
            text += name + ";dur=" + Self.milliseconds(duration)
        }
        if let connect { add("connect", connect) }
        if let join { add("join", join) }
        if let outcome { add(outcome.stage.rawValue, outcome.duration) }
        return text
    }

    /// With up to two decimals.
    private static func milliseconds(_ duration: Duration) -> String {
        let hundredths = Int((duration / .microseconds(10)).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100)" + (rest == 0 ? "" : ".\(rest < 10 ? "0" : "")\(rest)")
    }
}

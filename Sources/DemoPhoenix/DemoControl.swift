import NIOCore
import NIOHTTP1
import PhoenixChannels

/// One request to the control surface, which makes the server misbehave: `POST /control/…`.
///
/// It answers with how many sockets, channels or connections that concerned, as `{"count":n}`.
struct DemoControl {
    /// Why a request isn't carried out, in words.
    private struct Mistake: Error {
        let words: String
    }

    /// A stall, a delay or a slow join is no longer: longer ones are a server that is gone.
    static let maxDuration = Duration.seconds(60)
    /// Upgrades that one request can have refused.
    static let maxRefusals = 100_000

    private let action: Substring
    private let params: DemoParams
    private let head: HTTPRequestHead
    private let body: [UInt8]
    private let environment: DemoEnvironment
    private let channel: any Channel

    /// Nil for what isn't a request to the control surface, or where there is none.
    init?(_ head: HTTPRequestHead, _ body: [UInt8], _ environment: DemoEnvironment, on channel: any Channel) {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard environment.faults != nil, parts[0].hasPrefix("/control/") else { return nil }
        action = parts[0].dropFirst("/control/".count)
        params = DemoParams(query: parts.count == 2 ? parts[1] : "")
        self.head = head
        self.body = body
        self.environment = environment
        self.channel = channel
    }

    func answer() -> EventLoopFuture<DemoAnswer> {
        guard head.method == .POST else { return refusal(405, "the control surface takes POST") }
        do throws(Mistake) {
            guard let count = try perform() else { return refusal(404, "no such control") }
            return count.map { DemoAnswer(200, #"{"count":\#($0)}"#) }
        } catch {
            return refusal(400, error.words)
        }
    }

    private func refusal(_ status: Int, _ words: String) -> EventLoopFuture<DemoAnswer> {
        channel.eventLoop.makeSucceededFuture(DemoAnswer(status, #"{"error":\#(DemoChannel.quoted(words))}"#))
    }

    private func perform() throws(Mistake) -> EventLoopFuture<Int>? {
        guard let faults = environment.faults else { return nil }
        switch action {
        case "kill-transports": return try command(.kill)
        case "close": return try command(.close(closeCode()))
        case "half-open": return try command(.halfOpen)
        case "garbage": return try command(.garbage(garbage()))
        case "ping": return try command(.ping(Array((params["data"] ?? "").utf8)))
        case "drain": return try command(.drain)
        case "disconnect": return try command(.close(1001), named: required("id"))
        case "crash-channels": return try command(.crash(topic: params["topic"]))
        case "broadcast": return counted(try broadcast())
        case "stall": return stall(until: .now() + TimeAmount(try duration()), faults)
        case "delay":
            faults.delay = try duration()
            return counted(environment.hub.peers(named: nil, every: 1).count)
        case "slow-join":
            faults.joinDelay = try duration()
            return counted(environment.hub.peers(named: nil, every: 1).count)
        case "refuse":
            let count = try number("count", 1...Self.maxRefusals) ?? 1
            let refusal = DemoFaults.Refusal(
                status: try number("status", 400...599) ?? 503, retryAfter: try number("retry-after", 0...3_600))
            faults.refuse(count, with: refusal)
            return counted(count)
        default: return nil
        }
    }

    // MARK: What is done

    private func counted(_ count: Int) -> EventLoopFuture<Int> { channel.eventLoop.makeSucceededFuture(count) }

    private func command(_ command: DemoCommand, named name: String? = nil) throws(Mistake) -> EventLoopFuture<Int> {
        let peers = environment.hub.peers(
            named: name ?? params["id"], every: try number("one-in", 1...1_000_000) ?? 1)
        // A socket that has ended meanwhile is not concerned.
        let counts = peers.map { $0.command(command).recover { _ in 0 } }
        return EventLoopFuture.reduce(0, counts, on: channel.eventLoop, +)
    }

    private func broadcast() throws(Mistake) -> Int {
        let text = body.isEmpty ? JSONText.emptyObject : try? JSONText(validating: body, limits: .lenient)
        guard let text else { throw Mistake(words: "the body isn't JSON") }
        let message = Message(
            joinRef: nil, ref: nil, topic: try required("topic"), event: try required("event"), payload: .json(text))
        return environment.hub.broadcast(
            params["seq"] == "true" ? environment.counters.counted(message) : message, except: nil)
    }

    /// Nothing is read or written until then, on no connection but this one.
    private func stall(until deadline: NIODeadline, _ faults: DemoFaults) -> EventLoopFuture<Int> {
        faults.stall(until: deadline)
        let others = environment.connections.all.filter { $0 !== channel }
        let counts = others.map { other in
            other.eventLoop.submit {
                try other.pipeline.syncOperations.handler(type: ConnectionGate.self).stall(until: deadline)
                return 1
            }
            .recover { _ in 0 }
        }
        return EventLoopFuture.reduce(0, counts, on: channel.eventLoop, +)
    }

    // MARK: What is asked for

    private func required(_ name: String) throws(Mistake) -> String {
        guard let text = params[name] else { throw Mistake(words: "?\(name)= is missing") }
        return text
    }

    private func number(_ name: String, _ range: ClosedRange<Int>) throws(Mistake) -> Int? {
        guard let text = params[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Mistake(words: "?\(name)= must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func duration() throws(Mistake) -> Duration {
        let text = try required("for")
        let unit = text.hasSuffix("ms") ? "ms" : "s"
        guard text.hasSuffix(unit), let number = UInt32(text.dropLast(unit.count)) else {
            throw Mistake(words: "?for= must be such as 500ms or 2s")
        }
        let duration = unit == "ms" ? Duration.milliseconds(number) : .seconds(number)
        guard duration <= Self.maxDuration else { throw Mistake(words: "?for= must be no more than 60s") }
        return duration
    }

    /// The codes that a server may send (RFC 6455 section 7.4).
    private func closeCode() throws(Mistake) -> UInt16 {
        let code = try number("code", 1_000...4_999) ?? 1_012
        guard ![1_004, 1_005, 1_006, 1_015].contains(code), let code = UInt16(exactly: code) else {
            throw Mistake(words: "?code= can't stand in a close frame")
        }
        return code
    }

    private func garbage() throws(Mistake) -> DemoCommand.Garbage {
        guard let kind = DemoCommand.Garbage(rawValue: params["kind"] ?? "text") else {
            let kinds = DemoCommand.Garbage.allCases.map(\.rawValue).joined(separator: ", ")
            throw Mistake(words: "?kind= must be one of \(kinds)")
        }
        return kind
    }
}

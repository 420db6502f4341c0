import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// A session's log with all that use it at once, on threads of their own: what the thread sanitizer looks at, and what
/// must hold whoever comes first.
@Suite struct LogRaceTests {
    private static let messages = 4_000
    private static let followers = 4

    private let transport = ScriptedTransport()
    private let gateway: Gateway

    init() {
        gateway = Gateway(configuration: GatewayConfiguration(), transport: transport, time: SystemTime())
    }

    @Test(.timeLimit(.minutes(10)))
    func eachReaderIsToldOfEveryEntryOrOfItsLossWhileOthersWriteReleaseAndLeave() async throws {
        let session = try await session()
        // Connecting and joining are in the log, too.
        let last = Self.messages + 2
        let over = Counter()
        let heard = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<Self.followers {
                group.addTask { try await follow(session.id, limit: 1 + number * 30, to: last) }
            }
            group.addTask { try await followStream(session.id, to: last) }
            group.addTask {
                // One more than may wait at a time: nobody's wait is left behind.
                var left = 0
                while over.count == 0 || left <= Reader.maxWaiting {
                    try await leave(session.id, atOnce: !left.isMultiple(of: 16))
                    left += 1
                }
                return nil
            }
            group.addTask {
                while over.count == 0 { try await release(session.id) }
                return nil
            }
            group.addTask {
                try await write(to: session.link)
                return nil
            }
            var heard: [Int] = []
            for try await messages in group {
                if let messages { heard.append(messages) }
                if heard.count == Self.followers + 1 { _ = over.next() }
            }
            return heard
        }
        #expect(heard.reduce(0, +) > 0, "\(heard)")
        let waiting = try pending(.get, "/sessions/\(session.id)/messages?after=latest&wait=50s")
        #expect(try await ask(.delete, "/sessions/\(session.id)").status == .noContent)
        #expect(await outcome(waiting)?.status == .gone)
    }

    private func write(to link: ScriptedLink) async throws {
        var generator = SeededGenerator()
        var sent = 0
        while sent < Self.messages {
            let count = min(Int.random(in: 1...40, using: &generator), Self.messages - sent)
            link.handler.transportReceived(
                (0..<count).map { .text(Array(#"["1",null,"t","e",{"n":\#(sent + $0)}]"#.utf8)) })
            sent += count
            await Task.yield()
        }
    }

    /// Reads on by long polls, to the end.
    ///
    /// - Returns: how many messages it was given.
    private func follow(_ id: String, limit: Int, to last: Int) async throws -> Int {
        var follower = Follower()
        var next = "oldest"
        while follower.position < last {
            let answer = try await ask(.get, "/sessions/\(id)/events?after=\(next)&limit=\(limit)&wait=5s")
            let json = try JSONText(validating: answer.body, limits: .lenient).slice
            next = try #require(json.member("next")?.string)
            for entry in json.member("events")?.elements() ?? [] { try follower.hear(entry) }
        }
        return follower.messages
    }

    private func followStream(_ id: String, to last: Int) async throws -> Int {
        let answer = try await ask(.get, "/sessions/\(id)/events?after=oldest", accept: "application/x-ndjson")
        let body = try #require(answer.stream)
        var follower = Follower()
        var rest: [UInt8] = []
        while follower.position < last {
            guard case .bytes(let bytes) = body.take(1_024) else {
                await Task.yield()
                continue
            }
            rest += bytes
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = try JSONText(validating: Array(rest[..<end]), limits: .lenient)
                if line.slice.member("cursor") != nil { try follower.hear(line.slice) }
                rest.removeSubrange(...end)
            }
        }
        return follower.messages
    }

    /// Waits for what never comes, and goes.
    private func leave(_ id: String, atOnce: Bool) async throws {
        let waiting = try pending(.get, "/sessions/\(id)/messages?event=never&after=latest&wait=50s")
        // Others have the thread then for as long as they like, which a thousand times would be too long.
        if !atOnce { await Task.yield() }
        switch waiting {
        case .later(let promise): promise.abandon()
        // What is lost meanwhile is told at once.
        case .now(let response): #expect(response.status == .ok, "a wait is refused, though each before it was left")
        }
    }

    /// Deletes the older half of what is kept.
    private func release(_ id: String) async throws {
        let answer = try await ask(.get, "/sessions/\(id)/events?after=oldest&limit=20")
        let next = try #require(try JSONText(validating: answer.body, limits: .lenient).slice.member("next")?.string)
        #expect(try await ask(.delete, "/sessions/\(id)/messages?through=\(next)").status == .noContent)
        await Task.yield()
    }

    private func session() async throws -> (id: String, link: ScriptedLink) {
        let spec = #"{"uri":"ws://127.0.0.1:4000/socket/websocket","topics":[{"topic":"t"}],"log":{"max_entries":100}}"#
        let creation = try pending(.post, "/sessions", spec)
        let link = try #require(transport.links.first)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        let answer = try #require(await outcome(creation))
        let id = try JSONText(validating: answer.body, limits: .lenient).slice.member("id")?.string
        return (try #require(id, "\(String(decoding: answer.body, as: UTF8.self))"), link)
    }

    private func ask(_ method: HTTPRequest.Method, _ target: String, accept: String? = nil) async throws -> Response {
        try #require(await outcome(try pending(method, target, accept: accept)))
    }

    private func pending(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", accept: String? = nil
    ) throws -> Answer {
        var headers: HTTPFields = [.testHost: "127.0.0.1:8080"]
        headers[.accept] = accept
        return gateway.respond(
            to: Request(
                id: "r", method: method, target: try RequestTarget(Array(target.utf8)), headers: headers,
                body: Array(body.utf8), occupancy: .free))
    }

    private func outcome(_ answer: Answer) async -> Response? {
        switch answer {
        case .now(let response): response
        case .later(let promise):
            await withCheckedContinuation { continuation in
                promise.onOutcome { outcome in
                    switch outcome {
                    case .fulfilled(let response): continuation.resume(returning: response)
                    case .abandoned: continuation.resume(returning: nil)
                    }
                }
            }
        }
    }
}

/// Hears entries in order, each the one that was written, but for those that it is told are lost.
private struct Follower {
    private(set) var position = 0
    private(set) var messages = 0

    mutating func hear(_ entry: JSONSlice) throws {
        let cursor = try #require(entry.member("cursor")?.string)
        let number = try #require(Int(cursor.drop { $0 != "-" }.dropFirst()))
        let lost = entry.member("kind")?.string == "gap" ? entry.member("dropped")?.integer ?? 0 : 1
        try #require(number == position + lost, "after \(position) came \(cursor), with \(lost)")
        position = number
        guard let payload = entry.member("payload"), let written = payload.member("n")?.integer else { return }
        // Behind the two of connecting and joining.
        try #require(written == number - 3, "\(cursor) is message \(written)")
        messages += 1
    }
}

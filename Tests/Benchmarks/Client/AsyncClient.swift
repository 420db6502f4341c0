import PhoenixChannels

/// The async face, as an application uses it.
struct AsyncClient: BenchmarkedClient {
    private let socket: PhoenixSocket
    private let channel: PhoenixChannel

    init(port: Int) async throws {
        var configuration = ConnectionConfiguration()
        // A burst may be there before its reader gets to run.
        configuration.maxBufferedEvents = 1_000_000
        socket = try await PhoenixSocket.connect(
            to: Endpoint(uri: "ws://127.0.0.1:\(port)/socket/websocket"), configuration: configuration)
        channel = try await socket.join("rooms:lobby")
    }

    func roundTrips(_ count: Int) async throws -> [Duration] {
        var times: [Duration] = []
        times.reserveCapacity(count)
        for _ in 0..<count {
            let start = ContinuousClock.now
            _ = try await channel.push("ping")
            times.append(.now - start)
        }
        return times
    }

    func inFlight(_ count: Int, window: Int) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<window {
                group.addTask {
                    for _ in 0..<count / window { _ = try await channel.push("ping") }
                }
            }
            try await group.waitForAll()
        }
    }

    func burst(_ count: Int, size: Int) async throws {
        try channel.send("burst", .json(JSONText(#"{"n":\#(count),"size":\#(size)}"#)))
        var missing = count
        for try await _ in channel.messages {
            missing -= 1
            if missing == 0 { break }
        }
    }
}

import ArgumentParser
import Glibc
import PhoenixChannels
import UnixSignals

/// Clients that push, broadcast and listen while somebody else makes their server misbehave.
///
/// It prints `ready` when every topic is joined. SIGTERM ends the load: then each client must get an answer on each of
/// its topics, what it has seen is written to a file, and it disconnects.
@main
struct ChaosClients: AsyncParsableCommand {
    /// The clients may have to reconnect while others are asked; past so many rounds they are as they are.
    private static let maxSettlingRounds = 5

    @Option(help: "The demo server's port.") var port: Int
    @Option(help: "How many clients.") var clients = 50
    @Option(help: "The file to write what they saw to, a line of JSON an event.") var output: String

    func run() async throws {
        let journal = Journal()
        let load = Load()
        // Trapped before anybody is told that it may be sent.
        let signals = await UnixSignalsSequence(trapping: .sigterm)
        let clients = try await connectAll(journal, load)
        print("ready")
        fflush(nil)
        await withDiscardingTaskGroup { group in
            for client in clients { client.follow(in: &group) }
            await withDiscardingTaskGroup { group in
                for client in clients { group.addTask { await client.push() } }
                for await _ in signals { break }
                load.end()
            }
            await settle(clients)
            for client in clients { client.recordEnd() }
            await Self.each(clients) { await $0.socket.disconnect() }
        }
        try journal.write(to: output)
    }

    private func connectAll(_ journal: Journal, _ load: Load) async throws -> [ChaosClient] {
        try await withThrowingTaskGroup { group in
            for number in 1...clients {
                group.addTask { try await ChaosClient(number, port: port, load, journal) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func settle(_ clients: [ChaosClient]) async {
        for _ in 0..<Self.maxSettlingRounds {
            await Self.each(clients) { await $0.settle() }
            if clients.allSatisfy(\.isConnected) { return }
        }
    }

    private static func each(
        _ clients: [ChaosClient], _ body: @escaping @Sendable (ChaosClient) async -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            for client in clients { group.addTask { await body(client) } }
        }
    }
}

import Foundation
import TestSupport
import Testing

/// A gateway that finds no descriptor for a client.
@Suite(.timeLimit(.minutes(10))) struct DescriptorTests {
    /// Those that there are say nothing, and none of them ends.
    @Test func aClientThatFoundNoDescriptorIsAnsweredOnceThereAreSome() async throws {
        let (folder, workers) = (TemporaryFolder(), 2)
        let log = folder.path("log")
        let gateway = try Slipgate("serve", "--port", "0", "--workers", "\(workers)", errorsTo: log)
        let silent = try (0..<2 * workers).map { _ in try gateway.client() }
        for client in silent { #expect(try client.request("GET", "/livez").status == 200) }
        // Fewer than are open already.
        try Self.limitDescriptors(of: gateway, to: 3)
        let waiting = try (0..<2 * workers).map { _ in try gateway.client() }
        for client in waiting { try client.send("GET", "/livez") }
        try await until { try String(contentsOfFile: log, encoding: .utf8).contains("No client can be taken now") }
        // Who is busy leaves room.
        #expect(try silent[0].request("GET", "/livez")["Connection"] == "close")
        try Self.limitDescriptors(of: gateway, to: 256)
        for client in waiting { #expect(try client.receive().status == 200) }
        try await until { try gateway.client().request("GET", "/livez")["Connection"] != "close" }
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
        let told = try String(contentsOfFile: log, encoding: .utf8).ranges(of: "No client can be taken now")
        #expect(told.count == 1)
    }

    private static func limitDescriptors(of gateway: Slipgate, to count: Int) throws {
        let arguments = ["--pid", "\(gateway.id)", "--nofile=\(count):"]
        #expect(try Slipgate.run(URL(filePath: "/usr/bin/prlimit"), arguments).status == 0)
    }
}

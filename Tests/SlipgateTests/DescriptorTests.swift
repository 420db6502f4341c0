import Foundation
import TestSupport
import Testing

/// A gateway that finds no descriptor for a client.
@Suite(.timeLimit(.minutes(10))) struct DescriptorTests {
    @Test func aClientThatFoundNoDescriptorIsAnsweredOnceThereAreSome() async throws {
        let gateway = try Slipgate("serve", "--port", "0", "--workers", "1")
        let busy = try gateway.client()
        #expect(try busy.request("GET", "/livez").status == 200)
        // Fewer than are open already.
        try Self.limitDescriptors(of: gateway, to: 3)
        let waiting = try gateway.client()
        try waiting.send("GET", "/livez")
        // A worker for whom that has failed accepts nobody until one of its connections ends.
        try await until { try busy.request("GET", "/livez")["Connection"] == "close" }
        try Self.limitDescriptors(of: gateway, to: 256)
        #expect(try waiting.receive().status == 200)
        let next = try gateway.client()
        for _ in 0..<2 { #expect(try next.request("GET", "/livez")["Connection"] != "close") }
    }

    private static func limitDescriptors(of gateway: Slipgate, to count: Int) throws {
        let arguments = ["--pid", "\(gateway.id)", "--nofile=\(count):"]
        #expect(try Slipgate.run(URL(filePath: "/usr/bin/prlimit"), arguments).status == 0)
    }
}

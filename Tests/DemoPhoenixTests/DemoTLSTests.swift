import DemoPhoenix
import NIOCore
import NIOPosix
import NIOSSL
import PhoenixChannels
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct DemoTLSTests {
    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A connection that trusts one certificate, whose frames a test writes itself.
    private func connect(_ port: Int, trusting certificate: String) async throws -> Bytes {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        let tls = try NIOSSLContext(configuration: configuration)
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    return try Bytes(wrappingChannelSynchronously: channel)
                }
            }
    }

    private var upgrade: String {
        WebSocketTestClient.upgradeHeaders
            .reduce("GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\n") {
                $0 + "\($1.key): \($1.value)\r\n"
            } + "\r\n"
    }

    /// A masked close frame, with a mask of zeros.
    private let goingAway: [UInt8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9]

    private func checkUpgrade(_ port: Int, _ certificate: String) async throws {
        let connection = try await connect(port, trusting: certificate)
        try await connection.executeThenClose { inbound, outbound in
            // The close right behind it: a server leaves whoever is silent for a minute.
            try await outbound.write(ByteBuffer(bytes: Array(upgrade.utf8) + goingAway))
            var seen: [UInt8] = []
            for try await buffer in inbound { seen += buffer.readableBytesView }
            #expect(String(decoding: seen, as: UTF8.self).hasPrefix("HTTP/1.1 101 "))
            #expect(seen.suffix(4) == [0x88, 0x02, 0x03, 0xE8])
        }
    }

    @Test func aSocketIsUpgradedOverTLS() async throws {
        let files = try TestCertificate()
        let server = try await DemoServer.start(
            port: 0, options: DemoOptions(tls: .init(certificate: files.certificate, key: files.key), hasControl: true))
        do {
            try await checkUpgrade(server.port, files.certificate)
        } catch {
            Issue.record("\(error)")
        }
        await server.shutdown()
    }

    @Test func theProgramServesWSSWithItsFiles() async throws {
        let files = try TestCertificate()
        let phoenix = try Slipgate(
            "phoenix", "--port", "0", "--tls-certificate", files.certificate, "--tls-key", files.key)
        #expect(phoenix.firstLines[0].contains(" wss://127.0.0.1:"))
        try await checkUpgrade(try phoenix.port(), files.certificate)
        // What isn't TLS is not answered.
        let plain = try RawSocket(port: try phoenix.port())
        try plain.send(upgrade)
        #expect(try !String(decoding: plain.receiveToEnd(), as: UTF8.self).contains("HTTP/1.1"))
    }

    @Test func filesThatArentThereAreAnErrorInWords() async throws {
        let error = await #expect(throws: DemoServer.StartError.self) {
            try await DemoServer.start(
                port: 0, options: DemoOptions(tls: .init(certificate: "/nosuch.pem", key: "/nosuch.pem")))
        }
        #expect(error?.description.contains("/nosuch.pem") == true)
        let alone = try Slipgate.run(Slipgate.path, ["phoenix", "--tls-key", "key.pem"])
        #expect(alone.status == 64 && alone.errors.contains("need each other"))
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// Row 32: TLS with roots and certificates of one's own, against Python's `ssl`.
@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    private func trusting(_ file: String, client: TLSOptions.ClientCertificate? = nil) throws -> TLSOptions {
        try TLSOptions(trustedRootsFile: try PythonPeer.shared.file(file), clientCertificate: client)
    }

    private func failure(
        _ server: PythonPeer.Server, host: String = "localhost", _ tls: TLSOptions
    ) async throws -> ConnectError {
        try await PeerSocket.connect(server, host: host, isTLS: true, tls: tls).handler.nextFailure()
    }

    @Test(arguments: ["localhost", "127.0.0.1", "LOCALHOST"])
    func row32AServerOfATrustedAuthorityIsTaken(_ host: String) async throws {
        try await PeerSocket.connect(.tls, host: host, isTLS: true, tls: trusting("ca.pem")).join()
    }

    @Test func row32AnUnknownAuthorityIsRefused() async throws {
        let unknown = ConnectError.untrusted(
            reason: "the upstream's certificate is not signed by an authority that is trusted")
        #expect(try await failure(.tls, .systemRoots) == unknown)
        #expect(try await failure(.tls, trusting("other-ca.pem")) == unknown)
    }

    @Test func row32AnotherNameIsRefused() async throws {
        #expect(
            try await failure(.elsewhere, trusting("ca.pem"))
                == .untrusted(reason: "the upstream's certificate is not for the name localhost"))
        #expect(
            try await failure(.elsewhere, host: "127.0.0.1", trusting("ca.pem"))
                == .untrusted(reason: "the upstream's certificate is not for the name 127.0.0.1"))
    }

    /// A name that leads to the address must not be enough.
    @Test func aCertificateForTheAddressIsRefusedWhereTheHostIsAName() async throws {
        for host in ["localhost", "LOCALHOST"] {
            #expect(
                try await failure(.address, host: host, trusting("ca.pem"))
                    == .untrusted(reason: "the upstream's certificate is not for the name \(host)"))
        }
        try await PeerSocket.connect(.address, host: "127.0.0.1", isTLS: true, tls: trusting("ca.pem")).join()
    }

    @Test func row32ACertificateOutOfItsTimeIsRefused() async throws {
        #expect(
            try await failure(.expired, trusting("ca.pem"))
                == .untrusted(reason: "the upstream's certificate has expired"))
        #expect(
            try await failure(.future, trusting("ca.pem"))
                == .untrusted(reason: "the upstream's certificate is not valid yet"))
    }

    @Test(arguments: [PythonPeer.Server.tls, .elsewhere, .expired, .future])
    func withVerificationDisabledAnyCertificateIsTaken(_ server: PythonPeer.Server) async throws {
        let tls = try TLSOptions(disablesCertificateVerification: true)
        try await PeerSocket.connect(server, isTLS: true, tls: tls).join()
    }

    @Test func row32AClientCertificateIsShownToAServerThatWantsOne() async throws {
        let peer = try PythonPeer.shared
        let client = try TLSOptions.ClientCertificate(
            chainFile: peer.file("client.pem"), keyFile: peer.file("client.key"))
        try await PeerSocket.connect(.mutual, isTLS: true, tls: trusting("ca.pem", client: client)).join()
    }

    @Test func row32AServerThatWantsAClientCertificateSaysSo() async throws {
        #expect(
            try await failure(.mutual, trusting("ca.pem"))
                == .failed(reason: "the upstream wants a client certificate"))
    }

    @Test func aServerWithoutTLSIsSaidInWords() async throws {
        let listener = try RawListener()
        let handler = RecordingTransportHandler()
        _ = NIOWebSocketTransport().open(
            try Endpoint(uri: "wss://localhost:\(listener.port)/"), .patient, handler: handler)
        let socket = try listener.accept()
        _ = try socket.receive(5)
        try socket.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        let error = try await handler.nextFailure()
        #expect(error == .failed(reason: "the upstream does not speak TLS at that port"))
    }

    @Test(arguments: [
        ("client.pem", "server.key", "server.key", "is not the key of the client's certificate"),
        ("client.pem", "encrypted.key", "encrypted.key", "has no private key in PEM that is not encrypted"),
        ("client.pem", "client.pem", "client.pem", "has no private key in PEM that is not encrypted"),
        ("client.key", "client.key", "client.key", "has no certificate in PEM"),
        ("none.pem", "client.key", "none.pem", "can't be read"),
    ])
    func aClientCertificateThatCannotBeUsedIsNamed(
        _ chain: String, _ key: String, _ named: String, _ reason: String
    ) throws {
        let peer = try PythonPeer.shared
        do throws(TLSFileError) {
            _ = try TLSOptions.ClientCertificate(chainFile: peer.file(chain), keyFile: peer.file(key))
            Issue.record("it was taken")
        } catch {
            #expect(error.file == peer.file(named) && error.reason == reason)
        }
    }

    @Test func rootsThatAreNoneAreNamed() throws {
        let file = try PythonPeer.shared.file("ca.key")
        #expect(throws: TLSFileError.self) { try TLSOptions(trustedRootsFile: file) }
    }

    @Test(arguments: [("upstream.example", true), ("upstream.example.", true), ("127.0.0.1", false)])
    func aNameIsSentToTheServerAndAnAddressIsNot(_ host: String, _ isName: Bool) throws {
        let listener = try RawListener()
        // Through a proxy nobody looks the name up.
        let proxy = isName ? try HTTPProxy(host: "127.0.0.1", port: listener.port) : nil
        let link = NIOWebSocketTransport().open(
            try Endpoint(uri: "wss://\(host):\(listener.port)/", proxy: proxy), .patient,
            handler: RecordingTransportHandler())
        let socket = try listener.accept()
        if isName {
            _ = try socket.receiveHead()
            try socket.send("HTTP/1.1 200 OK\r\n\r\n")
        }
        // A TLS record's header, its length at the end of it: the ClientHello.
        let header = try socket.receive(5)
        let hello = try socket.receive(Int(header[3]) << 8 | Int(header[4]))
        // RFC 6066 section 3: a host_name, which has the type 0, behind its length.
        let name = Array((isName ? "upstream.example" : host).utf8)
        let entry = [0, 0, UInt8(name.count)] + name + (isName ? [0] : [])
        #expect(hello.indices.contains { hello[$0...].starts(with: entry) } == isName)
        link.close(code: 1000)
    }

    @Test func lesson1AServerThatIsSilentInTheHandshakeOfTLSTimesOut() async throws {
        let listener = try RawListener()
        let handler = RecordingTransportHandler()
        var configuration = ConnectionConfiguration()
        configuration.connectTimeout = .seconds(1)
        _ = NIOWebSocketTransport().open(
            try Endpoint(uri: "wss://127.0.0.1:\(listener.port)/"), configuration, handler: handler)
        let socket = try listener.accept()
        #expect(try await handler.nextFailure() == .timedOut)
        _ = try socket.receiveToEnd()
    }

    @Test func aServerThatHangsUpInTheHandshakeOfTLSIsAFailure() async throws {
        let listener = try RawListener()
        let handler = RecordingTransportHandler()
        _ = NIOWebSocketTransport().open(
            try Endpoint(uri: "wss://localhost:\(listener.port)/"), .patient, handler: handler)
        let socket = try listener.accept()
        _ = try socket.receive(5)
        socket.finish()
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "the upstream closed the connection during the TLS handshake"))
    }
}

import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import PhoenixChannels

/// A name is looked up, its addresses are checked, and what was checked is connected to.
@Suite(.timeLimit(.minutes(10))) struct AllowedAddressesTests {
    /// Says what it is told to, one answer a look-up, the last one again and again.
    private final class Script: Resolver, Sendable {
        private let answers: [[String]]
        private let asked = Mutex(0)

        init(_ answers: [String]...) { self.answers = answers }

        var count: Int { asked.withLock { $0 } }

        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            let number = asked.withLock { asked in
                defer { asked += 1 }
                return asked
            }
            return answer(answers[min(number, answers.count - 1)].filter { !$0.contains(":") }, port)
        }

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            answer(answers[min(count, answers.count - 1)].filter { $0.contains(":") }, port)
        }

        func cancelQueries() {}

        private func answer(_ addresses: [String], _ port: Int) -> EventLoopFuture<[SocketAddress]> {
            MultiThreadedEventLoopGroup.singleton.any().makeCompletedFuture {
                try addresses.map { address in
                    address.hasPrefix("/")
                        ? try SocketAddress(unixDomainSocketPath: address)
                        : try SocketAddress(ipAddress: address, port: port)
                }
            }
        }
    }

    private let handler = RecordingTransportHandler()

    private func endpoint(
        _ listener: RawListener, host: String = "upstream.example", global: Bool = false, _ blocks: String...
    ) throws -> Endpoint {
        var endpoint = try Endpoint(uri: "ws://\(host):\(listener.port)/socket/websocket")
        endpoint.allowedAddresses = AddressPolicy(
            allowsGlobal: global, blocks: blocks.compactMap { AddressBlock($0) })
        return endpoint
    }

    private func open(_ endpoint: Endpoint, _ resolver: Script? = nil) {
        let transport = resolver.map { NIOWebSocketTransport(resolver: $0) } ?? NIOWebSocketTransport()
        _ = transport.open(endpoint, .patient, handler: handler)
    }

    /// The first that the listener gets is the test's own.
    private func expectNobody(at listener: RawListener) throws {
        let own = try RawSocket(port: listener.port)
        try own.send("mine")
        #expect(try listener.accept().receive(4) == Array("mine".utf8))
    }

    @Test(arguments: [
        ["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1", "192.168.0.1"], ["::1"], ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1", "127.0.0.1"], ["0.0.0.0"], ["::"],
    ])
    func aNameThatLeadsToNoGlobalAddressIsNotConnectedTo(_ addresses: [String]) async throws {
        let listener = try RawListener()
        open(try endpoint(listener, global: true), Script(addresses))
        #expect(try await handler.nextFailure() == .notAllowed)
        try expectNobody(at: listener)
    }

    @Test func whatIsNoAddressOfIPIsNotConnectedTo() async throws {
        let listener = try RawListener()
        open(try endpoint(listener, global: true, "0.0.0.0/0", "::/0"), Script(["/nowhere/socket"]))
        #expect(try await handler.nextFailure() == .notAllowed)
    }

    @Test func ofANamesAddressesOnlyTheAllowedOnesAreTried() async throws {
        let listener = try RawListener()
        open(try endpoint(listener, "127.0.0.2/32"), Script(["127.0.0.1", "127.0.0.2", "::1"]))
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "nothing listens at upstream.example port \(listener.port)"))
        try expectNobody(at: listener)
    }

    /// DNS rebinding: what was checked is what is connected to, and each attempt is checked anew.
    @Test func eachAttemptIsOneLookUpAndGoesToWhatThatGave() async throws {
        let listener = try RawListener()
        let script = Script(["127.0.0.1"], ["169.254.169.254"])
        let endpoint = try endpoint(listener, "127.0.0.0/8")
        open(endpoint, script)
        let server = try RawWebSocketServer.accept(listener)
        defer { withExtendedLifetime(server) {} }
        try server.upgrade()
        #expect(try await handler.next() == .opened)
        #expect(script.count == 1)
        let again = RecordingTransportHandler()
        _ = NIOWebSocketTransport(resolver: script).open(endpoint, .patient, handler: again)
        #expect(try await again.nextFailure() == .notAllowed)
        #expect(script.count == 2)
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func theSystemsLookUpIsCheckedToo(_ host: String) async throws {
        let listener = try RawListener()
        open(try endpoint(listener, host: host, global: true))
        #expect(try await handler.nextFailure() == .notAllowed)
        try expectNobody(at: listener)
        open(try endpoint(listener, host: host, "127.0.0.0/8"))
        let server = try RawWebSocketServer.accept(listener)
        defer { withExtendedLifetime(server) {} }
        try server.upgrade()
        #expect(try await handler.next() == .opened)
    }

    @Test func aNumberThatOnlyTheSystemReadsAsOneIsCheckedAsWhatItIs() async throws {
        let listener = try RawListener()
        open(try endpoint(listener, host: "127.1", global: true))
        #expect(try await handler.nextFailure() == .notAllowed)
        try expectNobody(at: listener)
    }

    @Test func aNameThatIsNotThereIsNoRefusal() async throws {
        let listener = try RawListener()
        open(try endpoint(listener, host: "nosuch.invalid", global: true))
        #expect(
            try await handler.nextFailure() == .failed(reason: "the name nosuch.invalid could not be looked up"))
    }

    @Test func throughAProxyNothingCanBeCheckedAndNothingIsConnectedTo() async throws {
        let listener = try RawListener()
        var endpoint = try Endpoint(
            uri: "ws://upstream.example/", proxy: HTTPProxy(host: "127.0.0.1", port: listener.port))
        endpoint.allowedAddresses = AddressPolicy(allowsGlobal: true, blocks: AddressBlock.loopback)
        open(endpoint)
        #expect(try await handler.nextFailure() == .notAllowed)
        try expectNobody(at: listener)
    }

    @Test func anEndpointWithALabelIsCalledByItInErrors() async throws {
        let listener = try RawListener(refusing: true)
        defer { withExtendedLifetime(listener) {} }
        var endpoint = try Endpoint(uri: "ws://127.0.0.1:\(listener.port)/")
        endpoint.label = "chat"
        open(endpoint)
        #expect(try await handler.nextFailure() == .failed(reason: "nothing listens at the endpoint chat"))
        endpoint = try Endpoint(uri: "ws://nosuch.invalid/")
        endpoint.label = "chat"
        open(endpoint)
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "the name of the endpoint chat could not be looked up"))
    }
}

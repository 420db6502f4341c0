import Glibc
import Testing

@testable import MicroHTTPD

/// The socket that a server listens on.
@Suite(.timeLimit(.minutes(10))) struct ListeningSocketTests {
    @Test func anAddressThatIsTakenIsRefusedInWords() async throws {
        try await TestServer.with { server in
            let error = #expect(throws: ServerError.self) {
                try TestServer { $0.port = UInt16(server.port) }
            }
            #expect(error?.code == .cannotListen)
            #expect(error?.description == "can't listen on 127.0.0.1 port \(server.port): Address already in use")
        }
    }

    @Test func anAddressOfIPv6LeavesItsPortOfIPv4() throws {
        var configuration = ServerConfiguration()
        (configuration.host, configuration.port) = ("::1", 0)
        let socket = try ListeningSocket(configuration)
        #expect(socket.port > 0)
        var (isAlone, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        let result = getsockopt(socket.descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &isAlone, &size)
        #expect(result == 0 && isAlone == 1)
    }
}

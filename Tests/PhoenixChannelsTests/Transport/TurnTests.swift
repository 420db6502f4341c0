import Dispatch
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import PhoenixChannels

/// Whether event loops turn is asked of all of them.
@Suite(.timeLimit(.minutes(10))) struct TurnTests {
    @Test(arguments: 0..<2) func aLoopThatStandsIsMetWhicheverItIs(_ stuck: Int) async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let all = Array(loops.makeIterator())
        let transport = NIOWebSocketTransport(resolver: nil, loops: loops)
        let gate = DispatchSemaphore(value: 0)
        all[stuck].execute { gate.wait() }
        let turned = Counter()
        for _ in 0..<4 { transport.turn { _ = turned.next() } }
        // The other one has done by then whatever was asked of it.
        try await all[1 - stuck].submit {}.get()
        #expect(turned.count == 0)
        gate.signal()
        try await until { turned.count == 4 }
        try await loops.shutdownGracefully()
    }
}

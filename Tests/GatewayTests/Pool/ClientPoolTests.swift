import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// The pool by itself, where two things come about at one moment: api.md, "The pool".
@Suite struct ClientPoolTests {
    private let time = ManualTime()
    private let transport = ScriptedTransport()

    private func pool(_ limits: ClientPool.Limits, _ deadlines: Deadlines) -> ClientPool {
        ClientPool(limits, maxInAll: 10, PrincipalPlaces(), deadlines)
    }

    /// A client that is connected and joined, in a pool that has given it to a call.
    private func client(in pool: ClientPool, _ deadlines: Deadlines) throws -> ClientPool.Client {
        let spec = try SessionSpec.plain()
        let session = Session(
            id: .random(node: "n"), spec: spec, memory: LogMemory(limit: 1 << 30), deadlines: deadlines,
            onEnd: { _, _ in })
        let key = try PoolKey.plain(of: spec.parts.principal)
        #expect(pool.checkOut(key, for: .everyone, until: time.now() + .seconds(1)) { _ in } == nil)
        pool.made(session)
        _ = session.start(
            over: transport, sharing: SharedSockets(transport: transport), Wait(requestID: "r", duration: .seconds(1)))
        let link = try #require(transport.links.first)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        return ClientPool.Client(key: key, session: session, isWarm: false)
    }

    @Test func anExpiryThatComesTooLateLeavesAClientThatWasUsedSince() throws {
        let deadlines = Deadlines(time: time)
        let pool = pool(ClientPool.Limits(), deadlines)
        let client = try client(in: pool, deadlines)
        pool.checkIn(client)
        // Due at the same tick, and ahead of what was added before it.
        _ = deadlines.add(after: ClientPool.Limits().warmTime) {
            _ = pool.checkOut(client.key, for: .everyone, until: time.now() + .seconds(1)) { _ in }
            pool.checkIn(client)
        }
        time.advance(by: .seconds(31))
        #expect(!client.session.hasEnded)
        time.advance(by: .seconds(30))
        #expect(client.session.hasEnded)
    }

    @Test func aClientThatIsHeldTwiceIsGivenToTheNextOnceBothAreDone() throws {
        let deadlines = Deadlines(time: time)
        var limits = ClientPool.Limits()
        limits.maxClients = 1
        let pool = pool(limits, deadlines)
        let client = try client(in: pool, deadlines)
        pool.checkIn(client)
        #expect(try pool.hold(client.session, client.key))
        #expect(try pool.hold(client.session, client.key))
        let isServed = Mutex(false)
        let leaveLine = pool.checkOut(client.key, for: .everyone, until: time.now() + .seconds(1)) { _ in
            isServed.withLock { $0 = true }
        }
        #expect(leaveLine != nil)
        pool.checkIn(client)
        time.run()
        #expect(!isServed.withLock { $0 } && !client.session.hasEnded)
        pool.checkIn(client)
        time.run()
        #expect(isServed.withLock { $0 } && !client.session.hasEnded)
    }
}

import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// Which idle clients a pool finds, against a plain list that is searched from one end.
@Suite struct PoolStateTests {
    private let deadlines = Deadlines(time: ManualTime())
    private static let hosts = ["h", "i", "j"]
    private static let owners = ["a", "b"]
    private static let topics = ["t", "u", "v"]

    private func client(_ owner: String, _ host: String, _ topic: String) throws -> ClientPool.Client {
        let spec = try SessionSpec.plain()
        let connection = ConnectionKey(
            principal: owner, place: spec.parts.key.place, params: .emptyObject, headers: [], authToken: nil)
        return ClientPool.Client(
            key: PoolKey(connection: connection, topic: topic, joinParams: .emptyObject, spec.connection), host: host,
            session: Session(
                id: .random(node: "n"), spec: spec, memory: LogMemory(limit: 1 << 30), deadlines: deadlines,
                onEnd: { _, _ in }),
            isWarm: true)
    }

    private func idle(_ client: ClientPool.Client, _ id: UInt64, isKept: Bool = false) -> ClientPool.Idle {
        ClientPool.Idle(
            id: id, client: client, expiry: deadlines.add(after: .seconds(1)) {}, keptUntil: .zero, isKept: isKept)
    }

    /// The first that passes and isn't kept, or else the first that passes.
    private func longestIdle(_ list: [ClientPool.Idle], where passes: (ClientPool.Client) -> Bool) -> UInt64? {
        let passing = list.filter { passes($0.client) }
        return (passing.first { !$0.isKept } ?? passing.first)?.id
    }

    private func expectSame(_ state: ClientPool.State, _ list: [ClientPool.Idle]) {
        #expect(state.idle.count == list.count)
        #expect(state.clients.longestIdle() == longestIdle(list) { _ in true })
        for owner in Self.owners {
            #expect(state.clients.longestIdle(of: owner) == longestIdle(list) { $0.owner == owner })
        }
        for host in Self.hosts {
            let clients = state.hosts[host]?.clients
            #expect(clients?.longestIdle() == longestIdle(list) { $0.host == host })
            for owner in Self.owners {
                let own = longestIdle(list) { $0.host == host && $0.owner == owner }
                #expect(clients?.longestIdle(of: owner) == own)
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func whateverComesAndGoesTheLongestIdleOfEachGroupIsFound(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var state = ClientPool.State()
        var list: [ClientPool.Idle] = []
        for _ in 0..<200 {
            switch UInt8.random(in: 0..<4, using: &random) {
            case 0, 1:
                let host = Self.hosts.randomElement(using: &random) ?? ""
                let client = try client(
                    Self.owners.randomElement(using: &random) ?? "", host,
                    Self.topics.randomElement(using: &random) ?? "")
                state.add(host, of: client.owner)
                let idle = idle(client, state.nextID(), isKept: .random(using: &random))
                state.rest(idle)
                list.append(idle)
            case 2:
                guard let index = list.indices.randomElement(using: &random) else { break }
                let idle = list.remove(at: index)
                let woken = state.wake(idle.id)
                #expect(woken?.client.session === idle.client.session)
                let again = state.wake(idle.id)
                #expect(again == nil)
                state.take(idle.client.host, from: idle.client.owner)
            case _:
                guard let asked = list.randomElement(using: &random)?.client else { break }
                let index = list.lastIndex { $0.client.key == asked.key && $0.client.host == asked.host }
                let latest = list.remove(at: try #require(index))
                let used = state.use(state.shortestIdle(asked.key, asked.host, preferring: nil))
                #expect(used?.id == latest.id)
                state.take(asked.host, from: asked.owner)
            }
            expectSame(state, list)
        }
        for idle in list {
            let woken = state.wake(idle.id)
            #expect(woken != nil)
            state.take(idle.client.host, from: idle.client.owner)
        }
        #expect(state.hosts.isEmpty && state.clients.count == 0, "nothing is left of what was")
    }

    @Test func oneAmidManyIsTakenOutOfTheOrderAndTheOthersStay() {
        var order = IdleOrder()
        for id in 1...1000 as ClosedRange<UInt64> { order.append(id * 2) }
        for id in [500, 2, 2000, 3, 4000] as [UInt64] { order.remove(id) }
        var left: [UInt64] = []
        while let first = order.first {
            left.append(first)
            order.remove(first)
        }
        let expected: [UInt64] = (2..<1000).map { $0 * 2 }
        #expect(left == expected.filter { $0 != 500 })
        #expect(order.isEmpty && order.last == nil)
    }

    @Test func aClientIsFoundByItsKeyAtItsHostOnly() throws {
        var state = ClientPool.State()
        let client = try client("a", "h", "t")
        for host in ["h", "i"] { state.add(host, of: "a") }
        state.rest(idle(client, state.nextID()))
        #expect(state.shortestIdle(client.key, "i", preferring: nil) == nil)
        #expect(state.find(client.session, client.key, "h") == 1)
        let used = state.use(state.shortestIdle(client.key, "h", preferring: nil))
        #expect(used != nil)
        #expect(state.shortestIdle(client.key, "h", preferring: nil) == nil)
    }
}

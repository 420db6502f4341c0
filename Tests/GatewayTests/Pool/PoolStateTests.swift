import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// Which idle clients a pool finds, against a plain list that is searched from one end.
@Suite struct PoolStateTests {
    private let deadlines = Deadlines(time: ManualTime())
    private static let hosts = ["h:80", "i:80", "j:80"]
    private static let owners = ["a", "b"]
    private static let topics = ["t", "u", "v"]

    private func client(_ owner: String, _ host: String, _ topic: String) throws -> ClientPool.Client {
        let session = Session(
            id: .random(node: "n"), spec: try .plain(), memory: LogMemory(limit: 1 << 30), deadlines: deadlines,
            onEnd: { _, _ in })
        return ClientPool.Client(key: try .plain(of: owner, topic, at: host), session: session, isWarm: true)
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
            #expect(clients?.longestIdle() == longestIdle(list) { $0.key.host == host })
            for owner in Self.owners {
                let own = longestIdle(list) { $0.key.host == host && $0.owner == owner }
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
                state.take(idle.client.key.host, from: idle.client.owner)
            case _:
                guard let asked = list.randomElement(using: &random)?.client else { break }
                let index = list.lastIndex { $0.client.key == asked.key }
                let latest = list.remove(at: try #require(index))
                let used = state.use(state.shortestIdle(asked.key, preferring: nil))
                #expect(used?.id == latest.id)
                state.take(asked.key.host, from: asked.owner)
            }
            expectSame(state, list)
        }
        for idle in list {
            let woken = state.wake(idle.id)
            #expect(woken != nil)
            state.take(idle.client.key.host, from: idle.client.owner)
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
        let client = try client("a", "h:80", "t")
        for host in ["h:80", "i:80"] { state.add(host, of: "a") }
        state.rest(idle(client, state.nextID()))
        #expect(state.shortestIdle(try .plain(of: "a", "t", at: "i:80"), preferring: nil) == nil)
        #expect(state.find(client.session, client.key) == 1)
        let used = state.use(state.shortestIdle(client.key, preferring: nil))
        #expect(used != nil)
        #expect(state.shortestIdle(client.key, preferring: nil) == nil)
    }

    /// Each owner's calls as a plain list would hand them on, whose clients come back in any order.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func whoCameFirstOfThoseThatMayHaveOneMoreIsNext(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let shares = ["a": 1, "b": 2, "c": 2, "d": 6]
        let (owners, host) = (shares.keys.sorted(), Self.hosts[0])
        var state = ClientPool.State()
        var (clients, line): ([String], [ClientPool.Waiting]) = ([], [])
        var served = 0
        for _ in 0..<6 {
            let owner = owners.randomElement(using: &random) ?? ""
            state.add(host, of: owner)
            clients.append(owner)
        }
        for _ in 0..<300 {
            if Bool.random(using: &random) {
                let owner = owners.randomElement(using: &random) ?? ""
                let call = try ClientPool.Waiting.plain(
                    state.nextID(), of: owner, share: shares[owner] ?? 0, deadlines)
                state.hosts[host]?.line.append(call)
                line.append(call)
                continue
            }
            let owner = try #require(clients.randomElement(using: &random))
            var others = clients
            others.remove(at: try #require(clients.firstIndex(of: owner)))
            let first = line.firstIndex { call in others.count { $0 == call.owner } < call.share }
            let next = state.next(host, after: owner)
            #expect(next?.id == first.map { line[$0].id })
            guard let first else { continue }
            clients = others + [line.remove(at: first).owner]
            served += 1
            for owner in owners {
                #expect(state.hosts[host]?.clients.count(of: owner) == clients.count { $0 == owner })
                #expect(state.hosts[host]?.line.count(of: owner) == line.count { $0.owner == owner })
            }
            #expect(state.hosts[host]?.line.count == line.count)
        }
        #expect(served > 50, "hardly anybody was next")
    }
}

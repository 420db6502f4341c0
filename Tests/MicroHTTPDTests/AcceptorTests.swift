import Testing

@testable import MicroHTTPD

@Suite struct AcceptorTests {
    @Test func fewConnectionsAreForAsManyWorkersAsThereAreProcessorsAndManyForMore() {
        func used(_ connections: Int, _ processors: Int) -> Int {
            Acceptor.workersUsed(for: connections, processors: processors)
        }
        #expect([1, 4_000, 4_001, 6_001, 15_000].map { used($0, 2) } == [2, 2, 3, 4, 8])
        #expect([1, 2_000, 2_001].map { used($0, 1) } == [1, 1, 2])
        #expect(used(1, 64) == 64)
        // Where the system doesn't say.
        #expect(used(1, -1) == 1)
    }
}

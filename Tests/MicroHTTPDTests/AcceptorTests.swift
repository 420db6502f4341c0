import Testing

@testable import MicroHTTPD

@Suite struct AcceptorTests {
    @Test func fewConnectionsAreForAsManyWorkersAsThereAreProcessorsAndManyForMore() {
        func used(_ connections: Int, _ processors: Int) -> Int {
            Acceptor.workersUsed(for: connections, processors: processors)
        }
        #expect([1, 64, 256, 257, 1_024].map { used($0, 2) } == [2, 2, 2, 3, 8])
        #expect([1, 128, 129].map { used($0, 1) } == [1, 1, 2])
        #expect(used(1, 64) == 64)
        // Where the system doesn't say.
        #expect(used(1, -1) == 1)
    }
}

/// Returns once the condition holds: how long that takes is nobody's business but the suite's time limit.
///
/// What holds soon is seen at once; who waits longer leaves the threads, which all tests share, to those that have work.
package func until(_ condition: () throws -> Bool) async throws {
    for _ in 0..<100 {
        if try condition() { return }
        await Task.yield()
    }
    while try !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

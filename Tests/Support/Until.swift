import Glibc

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

/// Returns once the condition holds, and keeps the thread meanwhile: for where something is held open whose time would run
/// out while other tests have the thread.
///
/// What is waited for must come from another process, or from threads of its own.
package func untilHeld(_ condition: () throws -> Bool) throws {
    let seconds = 100
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard .now < end else { throw RawSocket.Failure(description: "it has not come to that in \(seconds) s") }
        usleep(1_000)
    }
}

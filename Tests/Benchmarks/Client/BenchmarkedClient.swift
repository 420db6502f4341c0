/// A client that has joined `rooms:lobby` of the demo server.
protocol BenchmarkedClient: Sendable {
    /// Pushes and awaits the reply, one after another; the time of each.
    func roundTrips(_ count: Int) async throws -> [Duration]
    /// The same with `window` of them under way.
    func inFlight(_ count: Int, window: Int) async throws
    /// Has the server push so many messages with `size` bytes of data, and waits for the last.
    func burst(_ count: Int, size: Int) async throws
}

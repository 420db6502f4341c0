import Synchronization

/// The status of a socket, and those who follow it.
final class StatusStreams: Sendable {
    /// Changes that a follower may be behind; past it the oldest go.
    private static let maxBuffered = 100

    private struct State {
        var status = SocketStatus.connecting
        var followers: [UInt64: AsyncStream<SocketStatus>.Continuation] = [:]
        var last: UInt64 = 0
    }

    private let state = Mutex(State())

    var current: SocketStatus { state.withLock { $0.status } }

    func change(to status: SocketStatus) {
        let followers = state.withLock { state in
            guard !state.status.isFinal else { return [AsyncStream<SocketStatus>.Continuation]() }
            state.status = status
            defer { if status.isFinal { state.followers = [:] } }
            return Array(state.followers.values)
        }
        for follower in followers {
            follower.yield(status)
            if status.isFinal { follower.finish() }
        }
    }

    /// A stream that begins with the status as it is, and ends with the final one.
    func follow() -> AsyncStream<SocketStatus> {
        let (stream, follower) = AsyncStream.makeStream(
            of: SocketStatus.self, bufferingPolicy: .bufferingNewest(Self.maxBuffered))
        let (status, number) = state.withLock { state in
            state.last += 1
            if !state.status.isFinal { state.followers[state.last] = follower }
            // Under the lock, so that no change comes before it; nothing waits for a stream that is just being made.
            follower.yield(state.status)
            return (state.status, state.last)
        }
        if status.isFinal { follower.finish() }
        follower.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: number) }
        }
        return stream
    }
}

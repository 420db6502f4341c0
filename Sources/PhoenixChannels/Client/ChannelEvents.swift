import NIOCore
import Synchronization

/// The events of a channel for one reader: an asynchronous sequence that never holds its sender up.
///
/// It holds `ConnectionConfiguration.maxBufferedEvents`; past that the oldest go, and the reader is told how many. It ends
/// when the channel is left, when the server closes it, and when the socket is disconnected on demand. It throws
/// `ChannelsError` when the server refuses to have the topic joined anew, or when there will be no other connection.
public final class ChannelEvents: AsyncSequence, Sendable {
    private typealias Reader = CheckedContinuation<ChannelEvent?, any Error>

    private struct State {
        var events = CircularBuffer<ChannelEvent>()
        var dropped = 0
        var reader: Reader?
        var end: Result<Void, ChannelsError>?
    }

    private let maxBuffered: Int
    private let state = Mutex(State())

    init(maxBuffered: Int) {
        self.maxBuffered = maxBuffered
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let events: ChannelEvents

        /// The next event; nil at the end, and when the task is cancelled.
        public mutating func next() async throws -> ChannelEvent? { try await events.next() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(events: self) }

    func yield(_ event: ChannelEvent) {
        let reader = state.withLock { state -> Reader? in
            guard state.end == nil else { return nil }
            if let reader = state.reader.take() { return reader }
            if state.events.count >= maxBuffered {
                state.events.removeFirst()
                state.dropped += 1
            }
            state.events.append(event)
            return nil
        }
        reader?.resume(returning: event)
    }

    /// Ends the sequence, behind what it holds.
    func finish(_ error: ChannelsError?) {
        let reader = state.withLock { state -> Reader? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failure($0) } ?? .success(())
            return state.reader.take()
        }
        reader?.resume(with: error.map { .failure($0) } ?? .success(nil))
    }

    private func next() async throws -> ChannelEvent? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait($0) }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume(returning: nil)
        }
    }

    private func wait(_ reader: Reader) {
        let (now, other) = state.withLock { state -> (Result<ChannelEvent?, any Error>?, Reader?) in
            if state.dropped > 0 {
                defer { state.dropped = 0 }
                return (.success(.dropped(state.dropped)), nil)
            }
            if let event = state.events.popFirst() { return (.success(event), nil) }
            if let end = state.end { return (end.map { nil }.mapError { $0 }, nil) }
            // A second reader takes the place of the first, which sees the end.
            defer { state.reader = reader }
            return (nil, state.reader)
        }
        other?.resume(returning: nil)
        if let now { return reader.resume(with: now) }
        // Cancelled before it waited: nobody else would resume it.
        if Task.isCancelled { state.withLock { $0.reader.take() }?.resume(returning: nil) }
    }
}

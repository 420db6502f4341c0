import NIOCore
import Synchronization

/// The events of a channel for one reader: an asynchronous sequence that never holds its sender up.
///
/// It holds `ConnectionConfiguration.maxBufferedEvents`, and of payloads no more than `maxBufferedBytes` and one; past that
/// the oldest go, and the reader is told how many. It ends
/// when the channel is left, when the server closes it, and when the socket is disconnected on demand. It throws
/// `ChannelsError` when the server refuses to have the topic joined anew, or when there will be no other connection.
public final class ChannelEvents: AsyncSequence, Sendable {
    private typealias Reader = CheckedContinuation<ChannelEvent?, any Error>

    private struct State {
        var events = CircularBuffer<ChannelEvent>()
        /// Of their payloads.
        var bytes = 0
        var dropped = 0
        var reader: Reader?
        var end: Result<Void, ChannelsError>?
    }

    private let maxBuffered: Int
    private let maxBytes: Int
    private let state = Mutex(State())

    init(_ configuration: ConnectionConfiguration) {
        maxBuffered = Swift.max(1, configuration.maxBufferedEvents)
        maxBytes = configuration.maxBufferedBytes
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
            while state.events.count >= maxBuffered || state.bytes + event.bytes > maxBytes,
                let oldest = state.events.popFirst()
            {
                state.bytes -= oldest.bytes
                state.dropped += 1
            }
            state.events.append(event)
            state.bytes += event.bytes
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
            if let event = state.events.popFirst() {
                state.bytes -= event.bytes
                return (.success(event), nil)
            }
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

extension ChannelEvent {
    /// Of its payload, which is what may be large.
    fileprivate var bytes: Int {
        switch self {
        case .message(let message): message.payload.count
        case .crashed(let payload), .rejoined(let payload, _): payload.count
        case .presence, .dropped: 0
        }
    }
}

extension Payload {
    fileprivate var count: Int {
        switch self {
        case .json(let text): text.bytes.count
        case .binary(let bytes): bytes.count
        }
    }
}

import PhoenixChannels
import Synchronization
import Testing

/// Keeps what a transport reports, and has frames for it to send.
final class RecordingTransportHandler: TransportHandler {
    enum Event: Equatable {
        case opened
        case failed(ConnectError)
        case received(Frame)
        case closed(code: UInt16?, reason: String)
    }

    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let outgoing = Mutex<[Frame]>([])

    init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// The next event; the test's time limit ends the wait for it.
    func next() async throws -> Event {
        var iterator = events.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    /// The next event, which must be that the attempt failed.
    func nextFailure() async throws -> ConnectError {
        let event = try await next()
        guard case .failed(let error) = event else {
            throw RecordingTransportError(description: "not a failure: \(event)")
        }
        return error
    }

    /// Has frames ready for the next time that the link is woken.
    func enqueue(_ frame: Frame) { outgoing.withLock { $0.append(frame) } }

    func transportOpened(_ link: any TransportLink) { continuation.yield(.opened) }

    func transportFailed(_ error: ConnectError) { continuation.yield(.failed(error)) }

    func transportReceived(_ frames: [Frame]) {
        for frame in frames { continuation.yield(.received(frame)) }
    }

    func transportTakesFrames() -> [Frame] {
        outgoing.withLock { frames in
            defer { frames = [] }
            return frames
        }
    }

    func transportClosed(code: UInt16?, reason: String) {
        continuation.yield(.closed(code: code, reason: reason))
    }
}

/// What was told instead of what was awaited.
struct RecordingTransportError: Error, CustomStringConvertible {
    let description: String
}

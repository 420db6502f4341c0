import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@Suite struct ResponseStreamTests {
    /// What the server's side was told.
    private final class Server: Sendable {
        let wakes = Atomic<Int>(0)
        let cuts = Atomic<Int>(0)
        let finishes = Atomic<Int>(0)

        let budget = ByteBudget(limit: 150)

        func serve(_ stream: ResponseStream) {
            stream.serve(
                wake: { self.wakes.add(1, ordering: .relaxed) }, cut: { self.cuts.add(1, ordering: .relaxed) },
                finished: { self.finishes.add(1, ordering: .relaxed) }, budget: budget)
        }

        var counts: [Int] { [wakes.load(ordering: .relaxed), cuts.load(ordering: .relaxed)] }
    }

    private let stream = ResponseStream(maxBuffered: 10)
    private let server = Server()

    init() { server.serve(stream) }

    @Test func whatIsWrittenIsTakenInOrderAndThenTheEnd() {
        #expect(stream.take(4) == .nothing)
        #expect(stream.write([1, 2, 3]))
        #expect(stream.write([4, 5, 6]))
        stream.finish([7])
        #expect(!stream.write([8]))
        #expect(stream.take(4) == .bytes([1, 2, 3, 4]))
        #expect(stream.take(4) == .bytes([5, 6, 7]))
        #expect(stream.end == nil)
        #expect(stream.take(4) == .end(.finished))
        #expect(stream.end == .finished)
        #expect(server.counts == [0, 0])
    }

    @Test func aServerThatSleepsIsWokenOnceByTheFirstWrite() {
        #expect(stream.sleep())
        stream.write([1])
        stream.write([2])
        #expect(server.counts == [1, 0])
        #expect(!stream.sleep())
        #expect(stream.take(9) == .bytes([1, 2]))
        #expect(stream.sleep())
        stream.finish()
        #expect(server.counts == [2, 0])
    }

    @Test func whatIsHeldCountsInTheServersBudgetUntilItIsTaken() {
        #expect(stream.write([UInt8](repeating: 0, count: 100)) && server.budget.count == 100)
        #expect(stream.take(100) == .bytes([UInt8](repeating: 0, count: 100)) && server.budget.count == 0)
        stream.write([1, 2, 3])
        #expect(server.budget.count == 3)
        stream.abandon()
        #expect(server.budget.count == 0)
    }

    /// One record may be large, and so may those of many streams together.
    @Test func aLargeWriteThatTheBudgetHasNoRoomForCutsTheReaderOff() {
        let other = ResponseStream(maxBuffered: 10)
        other.write([UInt8](repeating: 0, count: 60))
        #expect(stream.write([UInt8](repeating: 0, count: 100)))
        server.serve(other)
        #expect(other.end == .tooSlow && stream.end == nil && server.counts == [0, 1])
        #expect(server.budget.count == 100)
        // What its own bound allows is always held.
        let third = ResponseStream(maxBuffered: 60)
        server.serve(third)
        #expect(third.write([UInt8](repeating: 0, count: 60)) && third.end == nil && server.budget.count == 160)
    }

    @Test func theServerHearsOnceThatNoMoreIsWritten() {
        #expect(stream.write([1]) && server.finishes.load(ordering: .relaxed) == 0)
        for _ in 0..<2 { stream.finish([2]) }
        #expect(server.finishes.load(ordering: .relaxed) == 1 && stream.take(4) == .bytes([1, 2]))
        let other = ResponseStream()
        other.finish()
        server.serve(other)
        #expect(server.finishes.load(ordering: .relaxed) == 2)
        let gone = ResponseStream()
        server.serve(gone)
        gone.abandon()
        gone.finish()
        #expect(server.finishes.load(ordering: .relaxed) == 2)
    }

    @Test func aWriteBeyondTheBoundCutsTheReaderOffAndTellsTheWriter() {
        let told = Mutex<[ResponseStream.End]>([])
        stream.onEnd { end in told.withLock { $0.append(end) } }
        // One write may be larger than the bound: a record is never divided.
        #expect(stream.write([UInt8](repeating: 0, count: 100)))
        #expect(!stream.write([1]))
        #expect(told.withLock { $0 } == [.tooSlow])
        #expect(stream.take(9) == .end(.tooSlow))
        #expect(stream.buffered == 0)
        #expect(server.counts == [0, 1])
    }

    @Test func aReaderThatIsAlwaysALittleBehindCostsABoundedBuffer() {
        stream.write([1, 2, 3, 4, 5])
        var taken = 0
        var most = 0
        for _ in 0..<10_000 {
            #expect(stream.write([1, 2, 3, 4, 5]))
            if case .bytes(let bytes) = stream.take(5) { taken += bytes.count }
            most = max(most, stream.buffered)
        }
        #expect(taken == 50_000)
        #expect(most <= 20)
    }

    @Test func theWriterIsToldWhenAllIsTaken() {
        let drains = Atomic<Int>(0)
        stream.onDrained { drains.add(1, ordering: .relaxed) }
        #expect(drains.load(ordering: .relaxed) == 1)
        stream.write([1, 2])
        stream.onDrained { drains.add(1, ordering: .relaxed) }
        _ = stream.take(1)
        #expect(drains.load(ordering: .relaxed) == 1)
        _ = stream.take(1)
        #expect(drains.load(ordering: .relaxed) == 2)
    }

    @Test func aClientThatHasGoneEndsIt() {
        let told = Mutex<[ResponseStream.End]>([])
        stream.write([1])
        stream.abandon()
        stream.abandon()
        stream.onEnd { end in told.withLock { $0.append(end) } }
        #expect(told.withLock { $0 } == [.gone])
        #expect(!stream.write([1]))
        stream.onDrained { Issue.record("drained after the end") }
    }

    @Test func theStreamOfAResponseThatNobodyGetsEnds() {
        let promise = ResponsePromise(requestID: "r")
        promise.abandon()
        #expect(!promise.fulfill(Response(status: .ok, stream: stream)))
        #expect(stream.end == .gone)
    }

    @Test func aRefusedPromiseIsAnsweredAndItsHandlerTold() {
        let told = Atomic<Int>(0)
        let promise = ResponsePromise(requestID: "r")
        promise.onAbandon { told.add(1, ordering: .relaxed) }
        promise.refuse(Problem("capacity", .serviceUnavailable, title: "Full", detail: "Full."))
        promise.onOutcome { outcome in
            guard case .fulfilled(let response) = outcome, response.status == .serviceUnavailable else {
                Issue.record("not answered with the problem")
                return
            }
            told.add(1, ordering: .relaxed)
        }
        #expect(told.load(ordering: .relaxed) == 2)
        #expect(!promise.fulfill(.text("late")))
    }
}

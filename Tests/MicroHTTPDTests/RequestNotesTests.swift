import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import MicroHTTPD

/// What a request's time went into.
@Suite(.timeLimit(.minutes(10))) struct RequestNotesTests {
    /// Long beside what a step of these takes.
    private static let moment = Duration.milliseconds(20)

    private func pass() async throws {
        let began = ContinuousClock.now
        try await until { ContinuousClock.now - began > Self.moment }
    }

    @Test func whatComesBehindAWaitIsWork() async throws {
        var notes = RequestNotes(id: "r", target: [])
        notes.requestIsWhole()
        notes.waitBegan()
        notes.waitEnded(route: 3, principal: "ann")
        try await pass()
        notes.answered(with: Response(status: .ok))
        let record = notes.finish()
        #expect(record.work > Self.moment && record.work + record.wait <= record.duration)
        #expect(record.route == 3 && record.principal == "ann")
    }

    @Test func aWaitThatIsOverIsNoWork() async throws {
        var notes = RequestNotes(id: "r", target: [])
        notes.requestIsWhole()
        notes.waitBegan()
        try await pass()
        notes.waitEnded(route: nil, principal: nil)
        notes.answered(with: Response(status: .ok))
        let record = notes.finish()
        #expect(record.wait > Self.moment && record.work + record.wait <= record.duration)
    }

    @Test func aRequestThatEndsWhileItWaitsHasWaited() async throws {
        var notes = RequestNotes(id: "r", target: [])
        notes.requestIsWhole()
        notes.waitBegan()
        try await pass()
        let record = notes.finish()
        #expect(record.status == nil && record.wait > Self.moment && record.work + record.wait <= record.duration)
    }

    @Test func whatABodyTakesToComeIsNeither() async throws {
        var notes = RequestNotes(id: "r", target: [])
        try await pass()
        notes.requestIsWhole()
        notes.answered(with: Response(status: .ok))
        let record = notes.finish()
        #expect(record.wait == .zero && record.work + Self.moment < record.duration)
    }
}

import HTTPCore
import HTTPTypes
import Testing

@testable import Gateway

/// What becomes of the operation under one key, and of the requests that wait for it, event by event.
@Suite struct KeyStateTests {
    private typealias State = KeyState<String>
    private typealias Release = State.Release

    private let deadlines = Deadlines(time: ManualTime())
    private let promise = ResponsePromise(requestID: "operation")
    private let made = Response.text("made", status: .created)
    private let accepted = Response.text("accepted", status: .accepted)
    private let final = Problem("a", .gone, title: "", detail: "").response(requestID: "r")
    private let passing = Problem("b", .gatewayTimeout, title: "", detail: "", retryable: true).response(requestID: "r")

    private func client(_ id: UInt64) -> KeyEntry.Client {
        KeyEntry.Client(
            id: id, promise: ResponsePromise(requestID: "c"), deadline: deadlines.add(after: .seconds(1)) {})
    }

    private func arrival() throws -> KeyEntry.Arrival {
        let request = Request(
            id: "r", method: .post, target: try RequestTarget(Array("/x".utf8)),
            headers: [.testIdempotencyKey: "k"])
        let key = try #require(try IdempotencyKey(request, session: nil))
        return KeyEntry.Arrival(
            key: key, operation: FakeOperation(), wait: Wait(requestID: "r"), promise: ResponsePromise(requestID: "a"))
    }

    /// `first` waits for the promise.
    private func waiting(_ first: KeyEntry.Client) -> State {
        var state = State(beginning: "push")
        #expect(state.promised(promise, first, begun: nil) == Release())
        return state
    }

    private func resting() -> State {
        var state = State(beginning: "push")
        #expect(state.answered(passing, begun: "sent", hasRoom: true) == Release())
        return state
    }

    private func admit(_ state: inout State, waits: Bool = true) -> State.Admission {
        state.admit(maxClients: 2) { _ in waits }
    }

    private func isForgotten(_ state: State) -> Bool {
        if case .forgotten = state { true } else { false }
    }

    // MARK: The call

    @Test func whoComesDuringTheCallComesAgainAfterIt() throws {
        let (first, second) = (try arrival(), try arrival())
        var state = State(beginning: "push")
        #expect(admit(&state) == .queue)
        state.queue(first)
        #expect(admit(&state, waits: false) == .queue)
        state.queue(second)
        #expect(admit(&state) == .refuse)
        #expect(state.answered(made, begun: "sent", hasRoom: true) == Release(arrivals: [first, second]))
        #expect(admit(&state) == .answer(made))
        #expect(admit(&state, waits: false) == .answer(made))
    }

    @Test func aCallThatIsRefusedBeforeAnythingWasDoneIsForgotten() throws {
        let first = try arrival()
        var state = State(beginning: "push")
        state.queue(first)
        #expect(state.refused(final, begun: nil, hasRoom: true) == Release(arrivals: [first]))
        #expect(isForgotten(state))
    }

    @Test func whatIsToldOfWhatWasBegunStandsThoughItIsThrown() {
        var state = resting()
        #expect(admit(&state) == .resume("sent"))
        #expect(state.refused(final, begun: "sent", hasRoom: true) == Release())
        #expect(admit(&state) == .answer(final))
    }

    @Test func whatMayPassDoesNotUndoWhatWasBegun() {
        var state = resting()
        #expect(admit(&state) == .resume("sent"))
        #expect(state.refused(passing, begun: "sent", hasRoom: true) == Release())
        #expect(admit(&state) == .resume("sent"))
    }

    @Test func whatMayPassAndBeganNothingIsForgotten() {
        var state = State(beginning: "push")
        #expect(state.answered(passing, begun: nil, hasRoom: true) == Release())
        #expect(isForgotten(state))
    }

    // MARK: Accepted

    @Test func whatIsAcceptedAtOnceIsSaidAgainAndCanBeWaitedFor() {
        var state = State(beginning: "push")
        #expect(state.answered(accepted, begun: "sent", hasRoom: true) == Release())
        #expect(admit(&state, waits: false) == .answer(accepted))
        #expect(admit(&state) == .resume("sent"))
        #expect(state.promised(promise, client(1), begun: "sent") == Release())
        #expect(admit(&state, waits: false) == .answer(accepted))
    }

    @Test func whatIsAcceptedByPromiseIsSaidAgainAndCanBeWaitedFor() {
        let first = client(1)
        var state = waiting(first)
        #expect(state.kept(promise, accepted, begun: "sent", hasRoom: true) == Release(clients: [first]))
        #expect(admit(&state, waits: false) == .answer(accepted))
        #expect(admit(&state) == .resume("sent"))
    }

    @Test func whatIsAcceptedAndCanNotBeWaitedForIsTheOutcome() {
        var state = State(beginning: "session")
        #expect(state.answered(accepted, begun: nil, hasRoom: true) == Release())
        #expect(admit(&state) == .answer(accepted))
    }

    // MARK: Waiting

    @Test func theOutcomeAnswersAllWhoWait() {
        let (first, second) = (client(1), client(2))
        var state = waiting(first)
        #expect(admit(&state) == .attach("push"))
        state.attach(second)
        #expect(admit(&state) == .refuse)
        #expect(admit(&state, waits: false) == .look("push"))
        #expect(state.kept(promise, made, begun: "sent", hasRoom: true) == Release(clients: [first, second]))
        #expect(state.leave(1) == nil)
        #expect(admit(&state) == .answer(made))
    }

    @Test func oneOfManyLeavesAndTheOthersWaitOn() {
        let (first, second) = (client(1), client(2))
        var state = waiting(first)
        state.attach(second)
        #expect(state.leave(1) == .oneOfMany(first, "push"))
        #expect(state.leave(1) == nil)
        #expect(state.kept(promise, made, begun: nil, hasRoom: true) == Release(clients: [second]))
    }

    @Test func whatTheLastGivesUpRestsIfItWasBegun() throws {
        let (first, late) = (client(1), try arrival())
        var state = waiting(first)
        #expect(state.leave(1) == .last("push", promise))
        #expect(admit(&state) == .queue)
        state.queue(late)
        #expect(state.gaveUp(begun: "sent") == Release(clients: [first], arrivals: [late]))
        #expect(admit(&state) == .resume("sent"))
    }

    @Test func whatTheLastGivesUpIsForgottenIfNothingWasBegun() throws {
        let (first, late) = (client(1), try arrival())
        var state = waiting(first)
        #expect(state.leave(1) == .last("push", promise))
        state.queue(late)
        #expect(state.gaveUp(begun: nil) == Release(clients: [first], arrivals: [late]))
        #expect(isForgotten(state))
    }

    @Test func theOutcomeThatComesAsTheLastLeavesAnswersIt() throws {
        let (first, late) = (client(1), try arrival())
        var state = waiting(first)
        #expect(state.leave(1) == .last("push", promise))
        state.queue(late)
        #expect(
            state.kept(promise, made, begun: "sent", hasRoom: true) == Release(clients: [first], arrivals: [late]))
        #expect(state.stayed() == Release())
        #expect(admit(&state) == .answer(made))
    }

    @Test func theOutcomeThatIsToldAfterTheLastCouldNotLeaveAnswersIt() throws {
        let (first, late) = (client(1), try arrival())
        var state = waiting(first)
        #expect(state.leave(1) == .last("push", promise))
        state.queue(late)
        #expect(state.stayed() == Release(arrivals: [late]))
        #expect(state.kept(promise, made, begun: "sent", hasRoom: true) == Release(clients: [first]))
    }

    @Test func anEarlierPromiseIsNotHeard() {
        let first = client(1)
        var state = waiting(first)
        let earlier = ResponsePromise(requestID: "earlier")
        #expect(state.kept(earlier, made, begun: "sent", hasRoom: true) == Release())
        #expect(state.kept(promise, made, begun: "sent", hasRoom: true) == Release(clients: [first]))
        #expect(state.kept(promise, final, begun: "sent", hasRoom: true) == Release())
        #expect(admit(&state) == .answer(made))
    }

    // MARK: What is held

    @Test func onceItHasBegunWhatCanBeWaitedForIsHeldInPlaceOfTheOperation() {
        var state = State(beginning: "push")
        #expect(state.promised(promise, client(1), begun: "sent") == Release())
        #expect(admit(&state) == .attach("sent"))
        #expect(state.leave(1) == .last("sent", promise))
        #expect(state.gaveUp(begun: "sent") == Release(clients: [client(1)]))
        #expect(admit(&state) == .resume("sent"))
        var late = waiting(client(1))
        #expect(late.leave(1) == .last("push", promise))
        #expect(late.gaveUp(begun: "sent") == Release(clients: [client(1)]))
        #expect(admit(&late) == .resume("sent"))
    }

    @Test func whetherARequestWaitsIsAskedOfWhatIsHeld() {
        var state = waiting(client(1))
        #expect(state.admit(maxClients: 2) { $0 == "push" } == .attach("push"))
        #expect(state.kept(promise, accepted, begun: "sent", hasRoom: true) == Release(clients: [client(1)]))
        #expect(state.admit(maxClients: 2) { $0 == "push" } == .answer(accepted))
        #expect(state.admit(maxClients: 2) { $0 == "sent" } == .resume("sent"))
    }

    // MARK: Room

    @Test func anOutcomeWithoutRoomIsAskedForAgainWhereItCanBe() {
        var state = State(beginning: "push")
        #expect(state.answered(made, begun: "sent", hasRoom: false) == Release())
        #expect(admit(&state) == .resume("sent"))
        var other = State(beginning: "session")
        #expect(other.answered(made, begun: nil, hasRoom: false) == Release())
        #expect(admit(&other) == .answer(made))
    }

    @Test(arguments: [true, false]) func onlyAProblemOfWhatWasNotBegunDidNothing(_ isBegun: Bool) {
        for (response, isProblem) in [(made, false), (final, true)] {
            var state = State(beginning: "push")
            #expect(state.answered(response, begun: isBegun ? "sent" : nil, hasRoom: true) == Release())
            guard case .done(_, let didNothing) = state else {
                Issue.record("it is not done")
                continue
            }
            #expect(didNothing == (isProblem && !isBegun))
        }
    }
}

package import HTTPCore
package import PhoenixChannels

/// What is to be done once a session's lock is free: promises kept, deadlines taken back, sockets closed.
package struct Effects: Sendable {
    package typealias Completion = @Sendable (ResponsePromise) -> Void

    /// Answered on the thread that brought the effects about.
    private var answers: [(waiter: Waiter, answer: Completion)] = []
    private var wakes: [Wake] = []
    private var cancelled: [Deadlines.Token] = []
    private var actions: [@Sendable () -> Void] = []

    /// Answers a waiter; the answer is written only then, outside the lock.
    package mutating func complete(_ waiter: Waiter, _ answer: @escaping Completion) {
        answers.append((waiter, answer))
    }

    /// Answers a waiter with a problem of what it has caused, which tells the log's position before that.
    package mutating func fail(_ waiter: Waiter, _ problem: Problem) {
        complete(waiter) { $0.fail(problem.since(waiter.since)) }
    }

    /// Takes a deadline back.
    package mutating func cancel(_ deadline: Deadlines.Token) {
        cancelled.append(deadline)
    }

    /// Wakes a connection's event loop, ahead of the answers.
    package mutating func wake(_ wake: Wake) {
        if wake.isNeeded { wakes.append(wake) }
    }

    /// Runs `action` after the answers.
    package mutating func then(_ action: @escaping @Sendable () -> Void) {
        actions.append(action)
    }

    package var hasAnswers: Bool { !answers.isEmpty }

    /// Does all of it; no lock may be held.
    package consuming func carryOut(_ deadlines: Deadlines) {
        for wake in wakes { wake.perform() }
        for deadline in cancelled { deadlines.cancel(deadline) }
        for (waiter, answer) in answers {
            deadlines.cancel(waiter.deadline)
            answer(waiter.promise)
        }
        for action in actions { action() }
    }
}

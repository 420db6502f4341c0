import Foundation
import Gateway
import Synchronization
import Testing

@testable import Access

/// What happens while a token is being verified.
@Suite(.timeLimit(.minutes(10))) struct PendingTokenTests {
    private let time = SettableTime()
    private let gate = Gate()

    /// Access control by these keys, whose verdicts come once the gate is open.
    private func control(
        _ keys: TemporaryFile, maxPending: Int = AccessControl.maxPending
    ) async throws -> AccessControl {
        let jwt = AccessFiles.JWT(keys: keys.path, issuer: Issuer.name, audience: Issuer.audience)
        let files = AccessFiles(tokens: nil, jwt: jwt)
        return try await AccessControl(files, time: time, maxPending: maxPending) { [gate] verifier, token, now in
            let outcome = await verifier.verify(token, at: now)
            await gate.pass()
            return outcome
        }
    }

    @Test func aTokenTooManyIsNotVerifiedAndTheOthersAreAnswered() async throws {
        let (keys, bound) = (try TemporaryFile(try await Issuer().keySet(["ES256"])), 3)
        let control = try await control(keys, maxPending: bound)
        let (answers, continuation) = AsyncStream<Identity>.makeStream()
        for number in 0..<bound {
            #expect(control.identify("a.b.\(number)") { continuation.yield($0) } == nil)
        }
        #expect(control.identify("a.b.more") { continuation.yield($0) } == .busy)
        // One that is being verified is waited for by any number of requests.
        #expect(control.identify("a.b.0") { continuation.yield($0) } == nil)
        #expect(control.verifications == bound)
        await gate.open()
        var count = 0
        for await answer in answers {
            #expect(answer == .refused(.malformed))
            count += 1
            if count == bound + 1 { break }
        }
        let last: Identity = await withCheckedContinuation { continuation in
            let now = control.identify("a.b.more") { continuation.resume(returning: $0) }
            if let now { continuation.resume(returning: now) }
        }
        #expect(last == .refused(.malformed))
    }

    @Test func aTokenThatIsVerifiedDuringAReloadIsJudgedByTheNewKeysAndNotKept() async throws {
        let (issuer, next) = (try await Issuer(), try await Issuer())
        let keys = try TemporaryFile(issuer.keySet(["ES256"]))
        let control = try await control(keys)
        let token = try await issuer.token(Issuer.Claims(exp: time.seconds + 300))
        let (answers, continuation) = AsyncStream<Identity>.makeStream()
        #expect(control.identify(token) { continuation.yield($0) } == nil)
        try keys.write(next.keySet(["ES256"]))
        try await control.reload()
        // Who asks now is told by the new keys too.
        #expect(control.identify(token) { continuation.yield($0) } == nil)
        await gate.open()
        var iterator = answers.makeAsyncIterator()
        let told = [await iterator.next(), await iterator.next()]
        #expect(told == [.refused(.signature), .refused(.signature)])
        #expect(control.identify(token) { continuation.yield($0) } == nil)
        let again = await iterator.next()
        #expect(again == .refused(.signature))
    }
}

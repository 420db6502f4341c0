import Foundation
import Gateway
import HTTPCore
import Synchronization
import TestSupport
import Testing

@testable import Access

/// Tokens and JWTs together: what is known at once, what is verified, and what a reload changes.
@Suite(.timeLimit(.minutes(10))) struct AccessControlTests {
    private let time = SettableTime()

    /// Waits for what a token turns out to be; whether it was known at once.
    private func identity(_ token: String, _ control: AccessControl) async -> (identity: Identity, atOnce: Bool) {
        await withCheckedContinuation { continuation in
            let now = control.identify(token) { continuation.resume(returning: ($0, false)) }
            if let now { continuation.resume(returning: (now, true)) }
        }
    }

    private func tokens(_ names: String...) -> String {
        names.map { "- name: \($0)\n  sha256: \(TokenHash(of: $0 + "-token").hex)\n" }.joined()
    }

    private func claims(_ name: String = "ann", seconds: Double = 300) -> Issuer.Claims {
        var claims = Issuer.Claims(exp: time.seconds + seconds)
        claims.sub = name
        return claims
    }

    private func source(_ file: TemporaryFile) -> AccessFiles.JWT {
        AccessFiles.JWT(keys: file.path, issuer: Issuer.name, audience: Issuer.audience)
    }

    private func name(_ identity: Identity) -> String? {
        if case .principal(let principal) = identity { principal.name } else { nil }
    }

    @Test func aTokenOfTheFileIsKnownAtOnceAndAnotherIsNot() async throws {
        let file = try TemporaryFile(tokens("ann", "bob"))
        let control = try await AccessControl(AccessFiles(tokens: file.path, jwt: nil), time: time)
        let (ann, atOnce) = await identity("ann-token", control)
        #expect(name(ann) == "ann" && atOnce && control.tokenCount == 2 && control.keyCount == 0)
        for token in ["eve-token", "", "a.b.c", TokenHash(of: "ann-token").hex] {
            let (stranger, atOnce) = await identity(token, control)
            #expect(stranger == .refused(.unknown) && atOnce)
        }
    }

    @Test func aJWTIsVerifiedOnceHoweverManyAsk() async throws {
        let issuer = try await Issuer()
        let file = try TemporaryFile(issuer.keySet())
        let control = try await AccessControl(AccessFiles(tokens: nil, jwt: source(file)), time: time)
        let token = try await issuer.token(claims(), "RS256")
        let names = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { [self] in name(await identity(token, control).identity) } }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(names == ["jwt:ann"] && control.verifications == 1)
        #expect(await identity(token, control).atOnce && control.verifications == 1)
        #expect(try await name(identity(issuer.token(claims("bob")), control).identity) == "jwt:bob")
        #expect(control.verifications == 2)
    }

    @Test func aJWTIsKnownUntilItExpires() async throws {
        let issuer = try await Issuer()
        let file = try TemporaryFile(issuer.keySet())
        let control = try await AccessControl(AccessFiles(tokens: nil, jwt: source(file)), time: time)
        let token = try await issuer.token(claims())
        _ = await identity(token, control)
        time.advance(seconds: 300 + TokenClaims.clockSkew - 1)
        #expect(await identity(token, control).atOnce)
        time.advance(seconds: 1)
        #expect(await identity(token, control).identity == .refused(.expired))
        // What is refused isn't kept: a clock may be put right.
        #expect(await !identity(token, control).atOnce)
    }

    /// An é of one scalar and one of two look the same, and are two subjects.
    @Test func subjectsThatDifferInBytesAreTwoPrincipals() async throws {
        let issuer = try await Issuer()
        let file = try TemporaryFile(issuer.keySet())
        let control = try await AccessControl(AccessFiles(tokens: nil, jwt: source(file)), time: time)
        var names: [String?] = []
        for subject in ["jos\u{E9}", "jose\u{301}", "100%"] {
            names.append(name(await identity(try await issuer.token(claims(subject)), control).identity))
        }
        #expect(names == ["jwt:jos%c3%a9", "jwt:jose%cc%81", "jwt:100%25"])
    }

    @Test func tokensAndJWTsMayBothBeTaken() async throws {
        let issuer = try await Issuer()
        let (file, keys) = (try TemporaryFile(tokens("ann")), try TemporaryFile(issuer.keySet()))
        let control = try await AccessControl(AccessFiles(tokens: file.path, jwt: source(keys)), time: time)
        #expect(control.tokenCount == 1 && control.keyCount == Issuer.algorithms.count)
        let jwt = try await issuer.token(claims())
        #expect(name(await identity("ann-token", control).identity) == "ann")
        #expect(name(await identity(jwt, control).identity) == "jwt:ann")
        #expect(await identity("bob-token", control).identity == .refused(.unknown))
    }

    @Test func aReloadTakesWhatTheFilesSayAndForgetsWhatWasVerified() async throws {
        let (issuer, next) = (try await Issuer(), try await Issuer())
        let (file, keys) = (try TemporaryFile(tokens("ann")), try TemporaryFile(issuer.keySet(["ES256"])))
        let control = try await AccessControl(AccessFiles(tokens: file.path, jwt: source(keys)), time: time)
        let jwt = try await issuer.token(claims())
        #expect(name(await identity(jwt, control).identity) == "jwt:ann")
        try file.write(tokens("bob"))
        try keys.write(next.keySet(["ES256"]))
        try await control.reload()
        #expect(await identity("ann-token", control).identity == .refused(.unknown))
        #expect(name(await identity("bob-token", control).identity) == "bob")
        #expect(await identity(jwt, control).identity == .refused(.signature))
    }

    @Test func whatIsBeingVerifiedAtAReloadIsVerifiedByTheKeysThatHoldThen() async throws {
        let (issuer, next) = (try await Issuer(), try await Issuer())
        let keys = try TemporaryFile(issuer.keySet(["ES256"]))
        let control = try await AccessControl(AccessFiles(tokens: nil, jwt: source(keys)), time: time)
        // So many that some are not done at the reload.
        var tokens: [String] = []
        for number in 0..<500 { tokens.append(try await issuer.token(claims("p\(number)"))) }
        try keys.write(next.keySet(["ES256"]))
        let answered = Atomic<Int>(0)
        for token in tokens {
            #expect(control.identify(token) { _ in answered.add(1, ordering: .relaxed) } == nil)
        }
        try await control.reload()
        try await until { answered.load(ordering: .relaxed) == tokens.count }
        // At once: one by one, each would have to wait for all tests that run.
        let identities = await withTaskGroup(of: Identity.self) { group in
            for token in tokens { group.addTask { [self] in await identity(token, control).identity } }
            return await group.reduce(into: [Identity]()) { $0.append($1) }
        }
        #expect(identities.allSatisfy { $0 == .refused(.signature) })
    }

    @Test func pastTheBoundOfThoseThatAreVerifiedANewTokenIsNotLookedAt() async throws {
        let issuer = try await Issuer()
        let (file, keys) = (try TemporaryFile(tokens("ann")), try TemporaryFile(issuer.keySet()))
        let control = try await AccessControl(
            AccessFiles(tokens: file.path, jwt: source(keys)), time: time, maxPending: 0)
        let (stranger, atOnce) = await identity(try await issuer.token(claims()), control)
        #expect(stranger == .busy && atOnce && control.verifications == 0)
        #expect(name(await identity("ann-token", control).identity) == "ann")
    }

    @Test func aReloadThatFailsChangesNothing() async throws {
        let issuer = try await Issuer()
        let (file, keys) = (try TemporaryFile(tokens("ann")), try TemporaryFile(issuer.keySet()))
        let control = try await AccessControl(AccessFiles(tokens: file.path, jwt: source(keys)), time: time)
        let jwt = try await issuer.token(claims())
        _ = await identity(jwt, control)
        try file.write(tokens("bob"))
        try keys.write("{")
        await #expect(throws: AccessError.self) { try await control.reload() }
        try file.write("- name: bob")
        try keys.write(issuer.keySet())
        await #expect(throws: AccessError.self) { try await control.reload() }
        #expect(name(await identity("ann-token", control).identity) == "ann")
        #expect(await identity(jwt, control).atOnce)
    }

    @Test func aFileThatIsNotThereStopsTheStart() async throws {
        await #expect(throws: AccessError("tokens_file: /nowhere can't be read: No such file or directory")) {
            try await AccessControl(AccessFiles(tokens: "/nowhere", jwt: nil), time: time)
        }
        let jwt = AccessFiles.JWT(keys: "/dev", issuer: "i", audience: "a")
        let words = "jwt_jwks: /dev can't be read: it is no regular file, and no other is taken"
        await #expect(throws: AccessError(words)) {
            try await AccessControl(AccessFiles(tokens: nil, jwt: jwt), time: time)
        }
    }
}

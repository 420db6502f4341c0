package import Gateway
import HTTPCore
import Synchronization

/// Says whom tokens are from: by the tokens file, else as JWTs, each verified once.
package final class AccessControl: Authenticator {
    private typealias Later = @Sendable (Identity) -> Void

    /// What the files say.
    private struct Content: Sendable {
        var tokens: [TokenHash: Principal] = [:]
        var verifier: TokenVerifier?
    }

    private struct State {
        var content: Content
        var cache = TokenCache()
        /// Requests whose token is being verified.
        var pending: [TokenHash: [Later]] = [:]
        /// Goes up when the files are read: what was verified by older keys isn't kept.
        var generation = 0
        var verifications = 0
    }

    private enum Step: Sendable {
        case answer(Identity)
        case wait
        case verify(TokenVerifier, generation: Int)
    }

    /// New tokens that are verified at once: what a core does in a tenth of a second.
    package static let maxPending = 1_024

    private let files: AccessFiles
    private let time: any TimeSource
    private let state: Mutex<State>

    /// Reads the files.
    package init(_ files: AccessFiles, time: any TimeSource) async throws(AccessError) {
        self.files = files
        self.time = time
        state = Mutex(State(content: try await Self.read(files)))
    }

    /// Reads the files anew; where that fails, all stays as it was.
    package func reload() async throws(AccessError) {
        let content = try await Self.read(files)
        state.withLock { state in
            state.content = content
            state.cache = TokenCache()
            state.generation += 1
        }
    }

    /// How many tokens let somebody in, of those in the file.
    package var tokenCount: Int { state.withLock { $0.content.tokens.count } }

    /// The endpoints that principals of the tokens file may name, where those are listed; by the principals' names.
    var listedEndpoints: [String: Set<String>] {
        let principals = state.withLock { Array($0.content.tokens.values) }
        return Dictionary(principals.map { ($0.name, $0.endpoints ?? []) }) { first, _ in first }
    }

    /// How many tokens were verified.
    package var verifications: Int { state.withLock { $0.verifications } }

    private static func read(_ files: AccessFiles) async throws(AccessError) -> Content {
        var content = Content()
        if let path = files.tokens { content.tokens = try TokensFile.read(path) }
        if let jwt = files.jwt {
            content.verifier = TokenVerifier(
                keys: try await KeySet.read(jwt.keys), issuer: jwt.issuer, audience: jwt.audience)
        }
        return content
    }

    package func identify(_ token: String, later: @escaping @Sendable (Identity) -> Void) -> Identity? {
        let hash = TokenHash(of: token)
        switch step(hash, isJWT: token.count { $0 == "." } == 2, later) {
        case .answer(let identity): return identity
        case .wait: return nil
        case .verify(let verifier, let generation):
            // The one task that a request makes: signatures take too long for a thread that serves many.
            Task { [self] in
                var (verifier, generation) = (verifier, generation)
                while let next = finish(hash, await verifier.verify(token, at: now), generation) {
                    (verifier, generation) = next
                }
            }
            return nil
        }
    }

    private func step(_ hash: TokenHash, isJWT: Bool, _ later: @escaping Later) -> Step {
        let now = now
        return state.withLock { state in
            if let principal = state.content.tokens[hash] { return .answer(.principal(principal)) }
            guard isJWT, let verifier = state.content.verifier else { return .answer(.refused(.unknown)) }
            if let principal = state.cache.principal(of: hash, at: now) { return .answer(.principal(principal)) }
            guard state.pending[hash] == nil else {
                state.pending[hash]?.append(later)
                return .wait
            }
            guard state.pending.count < Self.maxPending else { return .answer(.busy) }
            state.pending[hash] = [later]
            state.verifications += 1
            return .verify(verifier, generation: state.generation)
        }
    }

    /// Answers all who wait, by the keys that hold now.
    ///
    /// - Returns: what to verify it by once more, where the keys have been read anew meanwhile.
    private func finish(
        _ hash: TokenHash, _ outcome: TokenVerifier.Outcome, _ generation: Int
    ) -> (TokenVerifier, generation: Int)? {
        let (waiting, again) = state.withLock { state -> ([Later], (TokenVerifier, generation: Int)?) in
            if state.generation != generation, let verifier = state.content.verifier {
                return ([], (verifier, state.generation))
            }
            if case .good(let principal, let end) = outcome { state.cache.keep(principal, of: hash, until: end) }
            return (state.pending.removeValue(forKey: hash) ?? [], nil)
        }
        if let again { return again }
        let identity: Identity =
            switch outcome {
            case .good(let principal, _): .principal(principal)
            case .bad(let fault): .refused(fault)
            }
        for later in waiting { later(identity) }
        return nil
    }

    /// Seconds since 1970 UTC.
    private var now: Double { Double(time.wallMilliseconds()) / 1000 }
}

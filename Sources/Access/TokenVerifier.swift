import Gateway
import HTTPCore
import JWTKit

/// Looks at a JWT: its signature, then what it says.
struct TokenVerifier: Sendable {
    enum Outcome: Sendable, Equatable {
        /// Until so many seconds since 1970 UTC.
        case good(Principal, until: Double)
        case bad(TokenFault)
    }

    let keys: KeySet
    let issuer: String
    let audience: String

    /// Takes as long as a few signatures: not for the threads that serve requests.
    func verify(_ token: String, at now: Double) async -> Outcome {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = TokenHeader(parts[0]) else { return .bad(.malformed) }
        // 'none' among them (RFC 8725, section 3.1).
        guard SignatureAlgorithm(rawValue: header.alg) != nil else { return .bad(.algorithm) }
        for key in keys.candidates(header) {
            do {
                let claims = try await key.collection.verify(token, as: TokenClaims.self)
                let fault = claims.fault(at: now, issuer: issuer, audience: audience)
                return fault.map { .bad($0) } ?? .good(claims.principal, until: claims.end)
            } catch let error as JWTError where error.errorType == .malformedToken {
                // It is signed, and not of the right form.
                return .bad(.malformed)
            } catch {
                continue
            }
        }
        return .bad(.signature)
    }
}

import Foundation
import Gateway
import HTTPCore
import Testing

@testable import Access

/// JWTs: RFC 7519's claims, RFC 8725's advice.
@Suite struct TokenVerifierTests {
    private static let now = 1_000_000.0

    private func verifier(_ issuer: Issuer, _ algorithms: [String] = Issuer.algorithms) async throws -> TokenVerifier {
        let keys = try await KeySet.parse(Data(issuer.keySet(algorithms).utf8), named: "keys.json")
        return TokenVerifier(keys: keys, issuer: Issuer.name, audience: Issuer.audience)
    }

    private func claims(_ change: (inout Issuer.Claims) -> Void = { _ in }) -> Issuer.Claims {
        var claims = Issuer.Claims(exp: Self.now + 300)
        change(&claims)
        return claims
    }

    @Test(arguments: Issuer.algorithms)
    func aTokenOfEachAlgorithmIsItsSubjects(_ algorithm: String) async throws {
        let issuer = try await Issuer()
        let token = try await issuer.token(claims(), algorithm)
        let expected = Principal(name: "jwt:ann", scopes: [.read, .write])
        let outcome = try await verifier(issuer).verify(token, at: Self.now)
        #expect(outcome == .good(expected, until: Self.now + 300 + TokenClaims.clockSkew))
        // A changed character of the signature, and none at all.
        let parts = token.split(separator: ".")
        let last = parts[2].dropFirst().prefix(1) == "A" ? "B" : "A"
        let changed = "\(parts[0]).\(parts[1]).\(parts[2].prefix(1))\(last)\(parts[2].dropFirst(2))"
        #expect(try await verifier(issuer).verify(changed, at: Self.now) == .bad(.signature))
        let unsigned = "\(parts[0]).\(parts[1])."
        #expect(try await verifier(issuer).verify(unsigned, at: Self.now) == .bad(.signature))
    }

    @Test func eachClaimIsHeeded() async throws {
        let issuer = try await Issuer()
        let verifier = try await verifier(issuer)
        let skew = TokenClaims.clockSkew
        for (body, fault) in [
            (claims { $0.iss = nil }, TokenFault.issuer), (claims { $0.iss = "https://other.example.com" }, .issuer),
            (claims { $0.aud = nil }, .audience), (claims { $0.aud = [] }, .audience),
            (claims { $0.aud = ["other"] }, .audience), (claims { $0.exp = nil }, .malformed),
            (claims { $0.exp = Self.now - skew }, .expired), (claims { $0.nbf = Self.now + skew + 1 }, .early),
            (claims { $0.sub = nil }, .malformed), (claims { $0.sub = "" }, .malformed),
            (claims { $0.sub = "a\nb" }, .malformed),
            (claims { $0.sub = String(repeating: "a", count: 256) }, .malformed),
        ] {
            #expect(try await verifier.verify(issuer.token(body), at: Self.now) == .bad(fault), "\(body)")
        }
        for body in [
            claims { $0.exp = Self.now - skew + 1 }, claims { $0.nbf = Self.now + skew },
            claims { $0.aud = ["other", "slipgate"] }, claims { $0.exp = 1e300 },
        ] {
            guard case .good = try await verifier.verify(issuer.token(body), at: Self.now) else {
                Issue.record("refused: \(body)")
                continue
            }
        }
    }

    @Test func scopesAreWordsOrAListAndThoseOfOthersMeanNothing() async throws {
        let issuer = try await Issuer()
        let verifier = try await verifier(issuer)
        for (scope, scopes, expected) in [
            ("read", nil, [Principal.Scope.read]), (nil, ["write", "metrics"], [.write, .metrics]), (nil, nil, []),
            ("openid profile", nil, []), ("read", ["metrics"], [.read, .metrics]),
        ] as [(String?, [String]?, Set<Principal.Scope>)] {
            let token = try await issuer.token(
                claims {
                    $0.scope = scope
                    $0.scopes = scopes
                })
            guard case .good(let principal, _) = await verifier.verify(token, at: Self.now) else {
                Issue.record("refused: \(scope ?? "")")
                continue
            }
            #expect(principal.scopes == expected)
        }
    }

    /// RFC 8725, sections 2.1 and 3.1: the key says which algorithm it is for, not the token.
    @Test func algorithmNoneAndThatOfAnotherKeyAreRefused() async throws {
        let issuer = try await Issuer()
        let claims = #"{"sub":"ann","iss":"\#(Issuer.name)","aud":"slipgate","exp":9e9,"scope":"read"}"#
        let all = try await verifier(issuer)
        for (header, fault) in [
            (#"{"alg":"none"}"#, .algorithm), (#"{"alg":"None"}"#, .algorithm), (#"{"alg":"nOnE"}"#, .algorithm),
            (#"{"alg":"HS512"}"#, .algorithm), (#"{"alg":""}"#, .algorithm), (#"{"alg":"es256"}"#, .algorithm),
            ("{}", .malformed), ("[]", .malformed), ("", .malformed), (#"{"alg":["ES256"]}"#, .malformed),
            (#"{"alg":"ES256","crit":["b64"],"b64":false}"#, .malformed), (#"{"alg":"none","crit":[]}"#, .malformed),
        ] as [(String, TokenFault)] {
            for signature in ["", "AAAA"] {
                let token = Issuer.unsigned(header: header, claims: claims, signature: signature)
                #expect(await all.verify(token, at: Self.now) == .bad(fault), "\(header)")
            }
        }
        // Signed with HS256, the secret being the RSA key's public half as the set has it.
        let confused = try await verifier(issuer, ["RS256"])
        let token = try await issuer.token(self.claims(), "HS256")
        #expect(await confused.verify(token, at: Self.now) == .bad(.signature))
        // The header names a key that is for another algorithm.
        let parts = try await issuer.token(self.claims(), "HS256").split(separator: ".")
        let header = Issuer.base64(Data(#"{"alg":"HS256","kid":"RS256"}"#.utf8))
        #expect(await all.verify("\(header).\(parts[1]).\(parts[2])", at: Self.now) == .bad(.signature))
    }

    @Test func aKeyThatATokenBringsAlongIsNotLookedAt() async throws {
        let (issuer, stranger) = (try await Issuer(), try await Issuer())
        let own = try stranger.publicKey("ES256")
        let jwk = String(decoding: try JSONEncoder().encode(own), as: UTF8.self)
        let parts = try await stranger.token(claims()).split(separator: ".")
        let header = Issuer.base64(Data(#"{"alg":"ES256","jwk":\#(jwk),"jku":"https://evil.example/keys"}"#.utf8))
        let token = "\(header).\(parts[1]).\(parts[2])"
        #expect(try await verifier(issuer).verify(token, at: Self.now) == .bad(.signature))
    }

    @Test(arguments: ["a", "a.b", "a.b.c", "..", "a.b.c.d", "é.é.é"])
    func whatIsNoJWTIsMalformed(_ token: String) async throws {
        #expect(try await verifier(Issuer()).verify(token, at: Self.now) == .bad(.malformed))
    }

    @Test func withoutAKeyIDAllKeysOfTheAlgorithmAreTried() async throws {
        let (old, new) = (try await Issuer(), try await Issuer())
        let members = [try old.publicKey("ES256"), try new.publicKey("ES256")].map { members in
            members.filter { $0.key != "kid" }
        }
        let text = String(decoding: try JSONEncoder().encode(["keys": members]), as: UTF8.self)
        let keys = try await KeySet.parse(Data(text.utf8), named: "keys.json")
        let verifier = TokenVerifier(keys: keys, issuer: Issuer.name, audience: Issuer.audience)
        for issuer in [old, new] {
            guard case .good = try await verifier.verify(issuer.token(claims()), at: Self.now) else {
                Issue.record("refused")
                continue
            }
        }
        #expect(try await verifier.verify(Issuer().token(claims()), at: Self.now) == .bad(.signature))
    }
}

import Crypto
import Foundation
import Gateway
import HTTPCore
import JWTKit
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
            (claims { $0.sub = nil }, .malformed), (claims { $0.sub = "" }, .subject),
            (claims { $0.sub = "a\nb" }, .subject),
            (claims { $0.sub = String(repeating: "a", count: 256) }, .subject),
        ] {
            #expect(try await verifier.verify(issuer.token(body), at: Self.now) == .bad(fault), "\(body)")
        }
        for body in [
            claims { $0.exp = Self.now - skew + 1 }, claims { $0.nbf = Self.now + skew },
            claims { $0.aud = ["other", "slipgate"] }, claims { $0.exp = 1e300 },
            claims { $0.sub = String(repeating: "a", count: 255) },
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
        for header in [
            #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"nOnE"}"#, #"{}"#, #"{"alg":"HS512"}"#, "[]", "",
            #"{"alg":"ES256","crit":["b64"],"b64":false}"#, #"{"alg":["ES256"]}"#,
        ] {
            for signature in ["", "AAAA"] {
                let token = Issuer.unsigned(header: header, claims: claims, signature: signature)
                #expect(await all.verify(token, at: Self.now) == .bad(.malformed), "\(header)")
            }
        }
    }

    /// The claims of a token that anybody could want.
    private static let wanted =
        #"{"sub":"ann","iss":"\#(Issuer.name)","aud":"slipgate","exp":\#(now + 300),"scope":"read"}"#

    /// A verifier whose set has this key alone.
    private func verifier(_ key: [String: String]) async throws -> TokenVerifier {
        let keys = try await KeySet.parse(try JSONEncoder().encode(["keys": [key]]), named: "keys.json")
        return TokenVerifier(keys: keys, issuer: Issuer.name, audience: Issuer.audience)
    }

    private func isGood(_ token: String, _ verifier: TokenVerifier) async -> Bool {
        if case .good = await verifier.verify(token, at: Self.now) { true } else { false }
    }

    /// RFC 8725, section 2.1: signed with HS256, the secret being what everybody knows of the issuer's RSA key.
    @Test(arguments: [#"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":"RS256"}"#])
    func aPublicKeyIsNoSecretWhateverATokensHeaderSays(_ header: String) async throws {
        let issuer = try await Issuer()
        let rsaAlone = try await verifier(issuer, ["RS256"])
        let all = try await verifier(issuer)
        let pem = issuer.rsa.publicKey.pemRepresentation
        for bytes in [
            Data(try issuer.rsa.publicKey.getKeyPrimitives().modulus), Data(pem.utf8), Data((pem + "\n").utf8),
            Data(try #require(try issuer.publicKey("RS256")["n"]).utf8), try issuer.rsaPublicKeyInDER(),
        ] {
            let token = Issuer.signed(header: header, claims: Self.wanted) {
                Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: bytes)))
            }
            // The signature is good, where these bytes are a secret.
            let fooled = try await verifier(["kty": "oct", "kid": "RS256", "k": Issuer.base64(bytes)])
            #expect(await isGood(token, fooled))
            #expect(await rsaAlone.verify(token, at: Self.now) == .bad(.signature))
            #expect(await all.verify(token, at: Self.now) == .bad(.signature))
        }
    }

    /// RFC 8725, section 3.10: the key is the attacker's, and so is all that the header says of it.
    @Test func aKeyThatATokenBringsAlongIsNotLookedAt() async throws {
        let issuer = try await Issuer()
        let key = P256.Signing.PrivateKey()
        let point = key.publicKey.rawRepresentation
        let members = [
            "kty": "EC", "crv": "P-256", "x": Issuer.base64(point.prefix(32)), "y": Issuer.base64(point.suffix(32)),
        ]
        let jwk = String(decoding: try JSONEncoder().encode(members), as: UTF8.self)
        for header in [
            #"{"alg":"ES256","jwk":\#(jwk)}"#, #"{"alg":"ES256","jku":"https://evil.example/keys"}"#,
            #"{"alg":"ES256","kid":"ES256","jwk":\#(jwk)}"#, #"{"alg":"ES256","kid":"../../dev/null"}"#,
        ] {
            let token = try Issuer.signed(header: header, claims: Self.wanted) {
                try key.signature(for: $0).rawRepresentation
            }
            #expect(try await isGood(token, verifier(members)))
            #expect(try await verifier(issuer).verify(token, at: Self.now) == .bad(.signature), "\(header)")
        }
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

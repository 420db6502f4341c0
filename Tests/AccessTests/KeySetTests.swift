import Foundation
import Testing

@testable import Access

/// JSON Web Key Sets: which keys are of use, and which stop the start.
@Suite struct KeySetTests {
    private func parse(_ text: String) async throws(AccessError) -> KeySet {
        try await KeySet.parse(Data(text.utf8), named: "keys.json")
    }

    private func refusal(_ text: String) async -> String {
        do throws(AccessError) {
            _ = try await parse(text)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func eachKeyIsForItsOwnAlgorithm() async throws {
        let issuer = try await Issuer()
        let set = try await parse(issuer.keySet())
        #expect(set.keys.map(\.algorithm.rawValue) == Issuer.algorithms && set.keys.map(\.id) == Issuer.algorithms)
        let bare = try await parse(
            issuer.keySet {
                $0["alg"] = nil
                $0["use"] = nil
                $0["kid"] = nil
            })
        #expect(bare.keys.map(\.algorithm.rawValue) == Issuer.algorithms && bare.keys.allSatisfy { $0.id == nil })
    }

    /// RFC 8725, section 3.1: which algorithm a key is for is not a token's to say.
    @Test func aTokenIsLookedAtByTheKeysOfItsAlgorithmAndID() async throws {
        let issuer = try await Issuer()
        func keys(_ set: KeySet, _ header: String) throws -> [String?] {
            let header = try #require(TokenHeader(Issuer.base64(Data(header.utf8))))
            return set.candidates(header).map(\.id)
        }
        let set = try await parse(issuer.keySet())
        for algorithm in Issuer.algorithms { #expect(try keys(set, #"{"alg":"\#(algorithm)"}"#) == [algorithm]) }
        #expect(try keys(set, #"{"alg":"HS256","kid":"HS256"}"#) == ["HS256"])
        #expect(try keys(set, #"{"alg":"HS256","kid":"RS256"}"#) == [])
        let bare = try await parse(issuer.keySet { $0["kid"] = nil })
        #expect(try keys(bare, #"{"alg":"RS256","kid":"old"}"#) == [nil])
    }

    @Test func keysForSomethingElseArePassedOver() async throws {
        let issuer = try await Issuer()
        for (name, value) in [("use", "enc"), ("alg", "PS512"), ("kty", "AKP")] {
            let keys = try issuer.keySet { if $0["kid"] != "ES256" { $0[name] = value } }
            #expect(try await parse(keys).keys.map(\.id) == ["ES256"])
        }
        // A curve that isn't one of the two.
        #expect(try await parse(issuer.keySet { $0["crv"] = "P-384" }).keys.map(\.id) == ["HS256", "RS256"])
    }

    @Test func anAlgorithmOfAnotherKindOfKeyIsNone() async throws {
        let issuer = try await Issuer()
        // The confusion that makes a public key a shared secret.
        let keys = try issuer.keySet(["RS256"]) { $0["alg"] = "HS256" }
        #expect(await refusal(keys) == "keys.json has no key for HS256, RS256, ES256 or EdDSA.")
    }

    @Test func keysThatAreBrokenShortOrPrivateStopTheStart() async throws {
        let issuer = try await Issuer()
        let short = Issuer.base64(Data(repeating: 7, count: 31))
        for (algorithm, name, value, words) in [
            ("HS256", "k", short, "key 1: 'k' must be 32 bytes"), ("HS256", "k", "", "'k' must be"),
            ("RS256", "n", short, "'n' must have 2048 bits"), ("RS256", "e", "!", "is no RSA key"),
            ("ES256", "x", short, "is no EC key"), ("EdDSA", "x", short, "is no OKP key"),
            ("ES256", "d", short, "is a private key"), ("EdDSA", "d", short, "is a private key"),
            ("RS256", "d", short, "is a private key"),
        ] {
            let error = await refusal(try issuer.keySet([algorithm]) { $0[name] = value })
            #expect(error.hasPrefix("keys.json") && error.contains(words), "\(algorithm) \(name): \(error)")
            #expect(!error.contains(short))
        }
    }

    @Test func whatIsNoSetOrTooLargeStopsTheStart() async throws {
        for text in ["", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[{"alg":"ES256"}]}"#] {
            #expect(await refusal(text).contains("is no JSON Web Key Set"))
        }
        #expect(await refusal(#"{"keys":[]}"#).contains("has no key"))
        let many = try await Issuer().keySet(Array(repeating: "ES256", count: KeySet.maxKeys + 1))
        #expect(await refusal(many).contains("more than \(KeySet.maxKeys) keys"))
        await #expect(throws: AccessError("/nowhere/keys.json can't be read: No such file or directory")) {
            try await KeySet.read("/nowhere/keys.json")
        }
    }
}

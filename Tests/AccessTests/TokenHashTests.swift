import Testing

@testable import Access

/// SHA-256 as the tokens file has it.
@Suite struct TokenHashTests {
    /// FIPS 180-2, appendix B.1.
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func itIsTheSHA256InHexadecimal() {
        #expect(TokenHash(of: "abc").hex == Self.abc)
        #expect(TokenHash(hex: Self.abc) == TokenHash(of: "abc"))
        #expect(TokenHash(hex: Self.abc.uppercased()) == TokenHash(of: "abc"))
        #expect(TokenHash(of: "abd") != TokenHash(of: "abc"))
    }

    @Test func aDifferenceInAnyPlaceIsOne() {
        for index in 0..<64 {
            var digits = Array(Self.abc)
            digits[index] = digits[index] == "0" ? "1" : "0"
            #expect(TokenHash(hex: String(digits)) != TokenHash(of: "abc"))
        }
    }

    @Test(arguments: [
        "", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 63),
        "0x" + String(repeating: "a", count: 62),
    ])
    func anythingElseIsNone(_ text: String) {
        #expect(TokenHash(hex: text) == nil)
    }
}

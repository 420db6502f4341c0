import Crypto
import FoundationEssentials
import HTTPCore

/// A token that is made here, and the entry for it.
package struct NewToken: Sendable {
    /// Says in leaked logs and commits what it is, so that scanners find it.
    private static let prefix = "slipgate_"

    /// Shown once, and kept nowhere.
    package let token: String
    /// The entry of the tokens file that lets it in.
    package let entry: String

    /// Why there is no token for this name; nil for a name that an entry may have.
    package static func refusal(ofName name: String) -> String? {
        TokenEntry.isName(name) ? nil : "The name must have \(TokenEntry.nameBound)."
    }

    /// Draws 256 random bits.
    package init(name: String) throws(AccessError) {
        if let refusal = Self.refusal(ofName: name) { throw AccessError(refusal) }
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let digits = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        token = Self.prefix + digits.replacing("=", with: "")
        entry = "- name: \(Self.scalar(name))\n  sha256: \(TokenHash(of: token).hex)\n"
    }

    /// In quotes where YAML may take it for something else: a list, a number, nothing.
    private static func scalar(_ name: String) -> String {
        let isWord = name.wholeMatch(of: /[A-Za-z][A-Za-z0-9._@-]*/) != nil
        let isTaken = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(name.lowercased())
        return isWord && !isTaken ? name : "'\(name)'"
    }
}

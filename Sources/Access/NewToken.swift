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

    /// Draws 256 random bits.
    package init(name: String) throws(AccessError) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let digits = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        token = Self.prefix + digits.replacing("=", with: "")
        entry = "- name: \(name)\n  sha256: \(TokenHash(of: token).hex)\n"
        guard try TokensFile.parse(entry, named: "the command line").values.map(\.name) == [name] else {
            throw AccessError("The name must be one word.")
        }
    }
}

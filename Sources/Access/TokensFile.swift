import FoundationEssentials
package import HTTPCore
import Yams

/// The tokens file: a YAML list of entries, one for each principal, with hashes of its tokens.
package enum TokensFile {
    /// Principals in it at the most: more than people or services that are entered by hand.
    static let maxEntries = 10_000

    package static func read(_ path: String) throws(AccessError) -> [TokenHash: Principal] {
        try parse(String(decoding: try TextFile.read(path), as: UTF8.self), named: path)
    }

    /// Reads the text of the file that is called `path` in errors.
    static func parse(_ text: String, named path: String) throws(AccessError) -> [TokenHash: Principal] {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw AccessError("\(path) is not YAML\(YAMLFault.place(error)).")
        }
        // One that was cut off, or never filled, is no decision to let nobody in.
        guard let root, root != Node("", Tag(.null)) else {
            throw AccessError("\(path) has no entries: write [] if nobody is to be let in.")
        }
        guard let list = root.sequence else {
            throw AccessError("\(path) must be a list of entries, each as 'slipgate token' prints it.")
        }
        guard list.count <= maxEntries else {
            throw AccessError("\(path) has more than \(maxEntries) entries: JWTs are for so many.")
        }
        var tokens: [TokenHash: Principal] = [:]
        var names: Set<String> = []
        for (index, node) in list.enumerated() {
            let place = TokenPlace(file: path, entry: index + 1, mark: node.mark)
            let entry = try TokenEntry(node, at: place)
            let name = entry.principal.name
            guard names.insert(name).inserted else {
                throw place.refusal("there are two entries '\(name)': 'sha256' may be a list of hashes.")
            }
            for hash in entry.hashes {
                if let other = tokens.updateValue(entry.principal, forKey: hash) {
                    throw place.refusal("'\(other.name)' and '\(name)' have the same token.")
                }
            }
        }
        return tokens
    }
}

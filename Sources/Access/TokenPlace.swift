import Yams

/// Where something is in the tokens file, as errors tell it.
struct TokenPlace {
    /// Longer than any member's name, and shorter than a hash or a token, which a line that is misspelt may begin with.
    private static let maxMemberCharacters = 32

    let file: String
    /// Counted from 1.
    let entry: Int
    let mark: Mark?
    /// The entry's, once it is known.
    var name: String?

    func refusal(_ words: String) -> AccessError {
        let line = mark.map { ", line \($0.line)" } ?? ""
        let name = name.map { ", '\($0)'" } ?? ""
        return AccessError("\(file)\(line), entry \(entry)\(name): \(words)")
    }

    /// Says of a member what is wrong with it, at its own line.
    func refusal(_ member: String, _ node: Node?, _ words: String) -> AccessError {
        at(node).refusal("'\(member)' \(words).")
    }

    /// The same at a part of the entry.
    func at(_ node: Node?) -> TokenPlace { TokenPlace(file: file, entry: entry, mark: node?.mark ?? mark, name: name) }

    func check(_ mapping: Node.Mapping, _ members: [String]) throws(AccessError) {
        for key in mapping.keys where !members.contains(key.string ?? "") {
            let word = key.string ?? ""
            let isWord = word.utf8.count <= Self.maxMemberCharacters && word.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil
            throw at(key).refusal(
                "there is no \(isWord ? "member '\(word)'" : "such member"); known ones are "
                    + "\(members.joined(separator: ", ")).")
        }
    }

    /// A list of texts.
    func strings(_ node: Node, _ name: String) throws(AccessError) -> [String] {
        let texts = node.sequence?.compactMap(\.scalar?.string) ?? []
        guard let list = node.sequence, texts.count == list.count else {
            throw refusal(name, node, "must be a list of texts")
        }
        return texts
    }
}

import HTTPCore
import Yams

/// One entry of the tokens file.
struct TokenEntry {
    private static let members = ["name", "sha256", "endpoints", "uris", "scopes", "quotas"]
    private static let quotaMembers = ["max_sessions", "requests_per_second"]
    /// More than any machine serves.
    private static let quotas = 0...1_000_000
    private static let nameLengths = 1...64
    /// What an entry that lists no scopes has: all but the figures, which are the operator's.
    private static let standardScopes: Set<Principal.Scope> = [.read, .write]

    let principal: Principal
    /// One while it is used alone, two while one takes another's place.
    let hashes: [TokenHash]

    /// Reads an entry, which stands at `place`.
    init(_ node: Node, at place: TokenPlace) throws(AccessError) {
        guard let entry = node.mapping else {
            throw place.refusal("it must have members, as 'slipgate token' prints them.")
        }
        guard let name = entry["name"]?.string, Self.isName(name) else {
            throw place.refusal("name", entry["name"], "must have \(Self.nameBound)")
        }
        var reader = place
        reader.name = name
        try reader.check(entry, Self.members)
        let endpoints = try entry["endpoints"].map { node throws(AccessError) in
            try reader.strings(node, "endpoints")
        }
        let quotas = try entry["quotas"].map { node throws(AccessError) in try Self.quotas(node, reader) }
        principal = Principal(
            name: name, scopes: try Self.scopes(entry["scopes"], reader), endpoints: endpoints.map { Set($0) },
            mayUseURIs: try Self.flag(entry["uris"], reader) ?? (endpoints == nil),
            quotas: quotas ?? Principal.Quotas())
        hashes = try Self.hashes(entry["sha256"], reader)
    }

    /// What a name has, in words.
    static let nameBound = "1 to 64 characters of A-Z, a-z, 0-9, '.', '_', '@' and '-'"

    static func isName(_ name: String) -> Bool {
        nameLengths.contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func hashes(_ node: Node?, _ reader: TokenPlace) throws(AccessError) -> [TokenHash] {
        let refusal = reader.refusal(
            "sha256", node,
            "must be the token's SHA-256, 64 hexadecimal digits, or a list of such; never the token itself")
        guard let node else { throw refusal }
        let texts = node.sequence == nil ? [node.string ?? ""] : try reader.strings(node, "sha256")
        let hashes = texts.compactMap { TokenHash(hex: $0) }
        guard !hashes.isEmpty, hashes.count == texts.count else { throw refusal }
        return hashes
    }

    private static func scopes(_ node: Node?, _ reader: TokenPlace) throws(AccessError) -> Set<Principal.Scope> {
        guard let node else { return standardScopes }
        let texts = try reader.strings(node, "scopes")
        let scopes = texts.compactMap { Principal.Scope(rawValue: $0) }
        guard scopes.count == texts.count else {
            let known = Principal.Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.refusal("scopes", node, "must be a list of these: \(known)")
        }
        return Set(scopes)
    }

    private static func flag(_ node: Node?, _ reader: TokenPlace) throws(AccessError) -> Bool? {
        guard let node else { return nil }
        guard let flag = node.bool else { throw reader.refusal("uris", node, "must be true or false") }
        return flag
    }

    private static func quotas(_ node: Node, _ reader: TokenPlace) throws(AccessError) -> Principal.Quotas {
        guard let members = node.mapping else {
            throw reader.refusal("quotas", node, "must have members: \(quotaMembers.joined(separator: ", "))")
        }
        try reader.check(members, quotaMembers)
        func quota(_ name: String) throws(AccessError) -> Int? {
            guard let node = members[name] else { return nil }
            guard let number = node.int, quotas.contains(number) else {
                throw reader.refusal(name, node, "must be a number from 0, for no limit, to \(quotas.upperBound)")
            }
            return number
        }
        return Principal.Quotas(
            maxSessions: try quota("max_sessions"), requestsPerSecond: try quota("requests_per_second"))
    }
}

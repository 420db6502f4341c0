/// The versions that a request has already: an `If-None-Match` (RFC 9110 section 13.1.2).
struct EntityTags: Sendable {
    /// The tags without what marks weak ones, since the comparison is the weak one.
    private var tags: Set<String>
    private let isAny: Bool

    /// Reads the header's values; what isn't a tag matches nothing.
    init(_ values: [String]) {
        let parts = values.flatMap { $0.split(separator: ",") }.map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" })
        }
        isAny = parts.contains("*")
        tags = Set(parts.map { $0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0 })
    }

    /// Whether the request has this version.
    func contains(_ tag: String) -> Bool { tags.contains(tag) }

    /// The same with `*` standing for the version that there is now, so that it can change.
    func resolved(_ current: String?) -> EntityTags {
        guard isAny, let current else { return self }
        var tags = self
        tags.tags.insert(current)
        return tags
    }
}

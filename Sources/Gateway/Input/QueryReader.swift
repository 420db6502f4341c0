package import HTTPCore

/// A request's query, checked: an unknown name is refused, and so is one given twice that has one value.
package struct QueryReader {
    private let items: [RequestTarget.QueryItem]

    /// Takes the query when it has no other names than `names` and `repeatable`, the former at most once.
    package init(_ request: borrowing Request, _ names: [String] = [], repeatable: [String] = []) throws(Problem) {
        items = request.target.query
        for (index, item) in items.enumerated() where !repeatable.contains(item.name) {
            guard names.contains(item.name) else {
                let known = (names + repeatable).sorted().joined(separator: ", ")
                throw .invalidRequest(
                    "The query has an unknown name '\(item.name)'; "
                        + (known.isEmpty ? "this endpoint takes none." : "this endpoint takes \(known)."),
                    .parameter(item.name))
            }
            // As each name comes once, so many are looked at as there are names, at most.
            guard !items[..<index].contains(where: { $0.name == item.name }) else {
                throw .invalidRequest("The query has '\(item.name)' more than once.", .parameter(item.name))
            }
        }
    }

    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// All values of a name that may be repeated.
    package func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// A name that is `true` or `false`; false when absent.
    package func flag(_ name: String) throws(Problem) -> Bool {
        switch self[name] {
        case nil, "false": return false
        case "true": return true
        case .some: throw .invalidRequest("The query's '\(name)' must be true or false.", .parameter(name))
        }
    }

    /// A whole number within bounds; nil when absent.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value) else {
            throw .invalidRequest(
                "The query's '\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).",
                .parameter(name))
        }
        return value
    }
}

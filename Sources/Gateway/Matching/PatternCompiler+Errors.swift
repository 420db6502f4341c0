/// What is wrong with a pattern, at the place that is being read, and what to write instead.
extension PatternCompiler {
    /// Characters of a name that are repeated in words; the pointer has all of them.
    private static let maxToldCharacters = 64

    func failure(_ detail: String) -> ParseError {
        ParseError(pointer: pointer, detail: detail)
    }

    func unknown(_ name: [UInt8]) -> ParseError {
        let name = told(name)
        return failure(
            "There is no operator '\(name)': there are \(PatternOperator.known). "
                + "For a member of that name write {\"$literal\": {\"\(name)\": …}}.")
    }

    func mixed(_ reserved: [UInt8], _ plain: [UInt8]) -> ParseError {
        failure(
            "'\(told(reserved))' is an operator and '\(told(plain))' a plain name: an object has one or the other. "
                + "Write the operator as a member's value, {\"\(told(plain))\": {…}}, "
                + "or, if all names are plain, the object as {\"$literal\": {…}}.")
    }

    /// The place in the pattern (RFC 6901).
    private var pointer: String {
        path.reduce("") { pointer, step in
            switch step {
            case .name(let name): "\(pointer)/\(JSONPointer.escape(String(decoding: name, as: UTF8.self)))"
            case .index(let index): "\(pointer)/\(index)"
            }
        }
    }

    private func told(_ name: [UInt8]) -> String {
        let name = String(decoding: name, as: UTF8.self)
        return name.count > Self.maxToldCharacters ? name.prefix(Self.maxToldCharacters) + "…" : name
    }
}

package import PhoenixChannels

/// A pattern for payloads: an object matches one with at least these members, as Elixir's map patterns do.
///
/// It is read once, into a table of the places that it looks at and a program over what is found there. To match walks
/// the payload's bytes once, whatever the pattern's alternatives are, and then runs the program, which only goes forwards:
/// the cost is in the order of the payload's length plus the pattern's (times the logarithm of an object pattern's
/// members for each member of the payload), and no pattern makes it more. What was read takes some 50 times the pattern's
/// text at the most, which `[1,1,…]` comes near to.
package struct PayloadPattern: Sendable {
    /// Why a pattern was refused; `pointer` (RFC 6901) says where in it.
    package struct ParseError: Error, Equatable {
        package let pointer: String
        package let detail: String
    }

    private let places: PatternPlaces
    private let program: PatternProgram

    package init(_ pattern: JSONSlice) throws(ParseError) {
        var compiler = PatternCompiler()
        let rule = try pattern.walk { walker throws(ParseError) in try compiler.rule(&walker, at: PatternPlaces.root) }
        places = compiler.places
        program = PatternProgram(rule)
    }

    /// Whether it matches a payload.
    ///
    /// Without one only `$exists:false` does. A binary payload is matched as the object that stands for it in answers,
    /// `{"$binary": "<base64>"}`, but its `$type` is its own.
    package func matches(_ payload: Payload?) -> Bool {
        switch payload {
        case .json(let text): return matches(text.slice)
        case .binary(let data):
            let text = places[PatternPlaces.root].members.isEmpty ? Self.anyBinary : JSONObjectWriter.binary(data)
            return matches(JSONText(unchecked: text).slice, isBinary: true)
        case nil: return program.accepts(PatternFindings(places).outcomes)
        }
    }

    package func matches(_ value: JSONSlice) -> Bool {
        matches(value, isBinary: false)
    }

    private func matches(_ value: JSONSlice, isBinary: Bool) -> Bool {
        var findings = PatternFindings(places, isBinary: isBinary)
        value.walk { findings.look(at: PatternPlaces.root, &$0) }
        return program.accepts(findings.outcomes)
    }

    /// Stands for a binary payload that the pattern doesn't look into.
    private static let anyBinary = JSONObjectWriter.binary([])
}

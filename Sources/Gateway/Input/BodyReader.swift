package import HTTPCore
import HTTPTypes
package import PhoenixChannels

/// A JSON object in a request's body, checked: an unknown member is refused, and each member's kind is.
package struct BodyReader {
    /// In the order of the text; of two with one name the first counts.
    private let members: [(name: String, value: JSONSlice)]
    private let pointer: String

    /// Takes the body as a JSON object; no body is an empty one.
    ///
    /// Its type may be `application/json`, `*/*+json`, none, or the form's that plain curl sends. `members` are the names
    /// it may have; `depth` is how many levels it puts around a payload, which may have 64 of its own.
    package init(_ request: borrowing Request, _ members: [String], depth: Int = 1) throws(Problem) {
        try self.init(try Self.json(request, depth: depth).slice, members, at: "")
    }

    /// Takes a value inside a body.
    package init(_ value: JSONSlice, _ members: [String], at pointer: String) throws(Problem) {
        guard value.kind == .object else {
            throw .invalidRequest(
                pointer.isEmpty ? "The body must be a JSON object." : "\(pointer) must be an object.", at: pointer)
        }
        let found = value.members()
        for member in found where !members.contains(member.name) {
            throw .invalidRequest(
                "There is no member '\(member.name)' here; "
                    + (members.isEmpty
                        ? "this takes none." : "known ones are \(members.joined(separator: ", "))."),
                at: pointer + "/" + JSONPointer.escape(member.name))
        }
        self.members = found
        self.pointer = pointer
    }

    /// The body as one JSON value that a Phoenix server takes.
    package static func json(_ request: Request, depth: Int) throws(Problem) -> JSONText {
        try json(request, .phoenix.inside(levels: depth))
    }

    /// What is outside of these is no JSON, or deeper than a text to be read has to be.
    private static let anyJSON = JSONLimits(
        maxDepth: 16 * 1024, refusesLoneSurrogates: false, refusesHugeNumbers: false)

    /// The body as one JSON value within limits.
    package static func json(_ request: Request, _ limits: JSONLimits) throws(Problem) -> JSONText {
        let type = MediaType.of(request)
        guard type.isJSON else {
            throw .unsupportedMediaType(type.name, takes: "JSON: send Content-Type: application/json")
        }
        guard !request.body.isEmpty else { return .emptyObject }
        do {
            return try JSONText(validating: request.body, limits: limits)
        } catch {
            throw .invalidRequest("The body \(fault(of: request.body, limits, error)).", at: "")
        }
    }

    private static func fault(of body: [UInt8], _ limits: JSONLimits, _ error: JSONError) -> String {
        guard (try? JSONText(validating: body, limits: anyJSON)) != nil else { return "is not JSON: \(error)" }
        let levels = levels(of: body)
        guard levels > limits.maxDepth else { return "is JSON that a Phoenix server doesn't take: \(error)" }
        let own = JSONLimits.phoenix.maxDepth
        let around = limits.maxDepth > own ? ", \(own) of them for a payload or params" : ""
        return "has \(levels) levels of objects and arrays, and may have \(limits.maxDepth)\(around)"
    }

    /// How many objects and arrays stand inside each other in a text that is JSON.
    private static func levels(of text: [UInt8]) -> Int {
        var (level, most) = (0, 0)
        var (isInString, isEscaped) = (false, false)
        for byte in text {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: #"\"#): isEscaped = true
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if !isInString { level += 1 }
                most = max(most, level)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if !isInString { level -= 1 }
            default: break
            }
        }
        return most
    }

    /// A member's value, `null` too; nil when it is absent.
    package func present(_ name: String) -> JSONSlice? {
        members.first { $0.name == name }?.value
    }

    /// A member's value; nil when it is absent or null.
    package func value(_ name: String) -> JSONSlice? {
        guard let value = present(name), !value.isNull else { return nil }
        return value
    }

    package func string(_ name: String) throws(Problem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw refusal(name, "must be a string") }
        return text
    }

    package func object(_ name: String) throws(Problem) -> JSONSlice? {
        guard let value = value(name) else { return nil }
        guard value.kind == .object else { throw refusal(name, "must be an object") }
        return value
    }

    package func array(_ name: String) throws(Problem) -> [JSONSlice]? {
        guard let value = value(name) else { return nil }
        guard value.kind == .array else { throw refusal(name, "must be an array") }
        return value.elements()
    }

    package func flag(_ name: String) throws(Problem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.bool else { throw refusal(name, "must be true or false") }
        return flag
    }

    /// A string, or an array of strings that are alternatives; empty when absent.
    package func strings(_ name: String) throws(Problem) -> [String] {
        guard let value = value(name) else { return [] }
        if let text = value.string { return [text] }
        let texts = value.elements().compactMap(\.string)
        guard value.kind == .array, texts.count == value.elements().count, !texts.isEmpty else {
            throw refusal(name, "must be a string, or an array of at least one string")
        }
        return texts
    }

    package func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw refusal(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func duration(_ name: String, in range: ClosedRange<Duration>) throws(Problem) -> Duration? {
        guard let value = value(name) else { return nil }
        let text = value.string ?? (value.kind == .number ? String(decoding: value.bytes, as: UTF8.self) : "")
        guard let duration = DurationText.parse(text), range.contains(duration) else {
            throw refusal(
                name,
                "must be a duration such as 500ms, 5s, 2m, 1h, or a number of seconds, from "
                    + "\(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))")
        }
        return duration
    }

    private static func words(_ duration: Duration) -> String {
        duration < .seconds(1) ? "\(Int(duration / .milliseconds(1)))ms" : "\(duration.components.seconds)s"
    }

    /// The problem of a member that isn't as it should be.
    package func refusal(_ name: String, _ detail: String) -> Problem {
        let place = "\(pointer)/\(name)"
        return .invalidRequest("\(place) \(detail).", at: place)
    }
}

/// A place in a JSON document (RFC 6901).
enum JSONPointer {
    static func escape(_ name: String) -> String {
        var escaped = String.UnicodeScalarView()
        // Scalars, since a `Character` of a slash with an accent isn't "/".
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped.append(contentsOf: "~0".unicodeScalars)
            case "/": escaped.append(contentsOf: "~1".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}

extension JSONLimits {
    /// The same for a text that puts `levels` around a payload.
    func inside(levels: Int) -> JSONLimits {
        var limits = self
        limits.maxDepth += levels
        return limits
    }
}

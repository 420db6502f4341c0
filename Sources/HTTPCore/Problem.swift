import FoundationEssentials
package import HTTPTypes

/// A problem document (RFC 9457): what went wrong, in a code that programs switch on and words that say what to do.
package struct Problem: Error, Sendable, Equatable {
    /// An extra member, its value JSON text already: an upstream's reply is passed on byte for byte.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let json: [UInt8]
    }

    /// The last part of `type`, `urn:slipgate:problem:<code>`.
    package let code: String
    package let status: HTTPResponse.Status
    package private(set) var title: String
    package private(set) var detail: String
    /// Whether the same request may succeed later as it is.
    package private(set) var retryable: Bool
    /// Whether what the request asked to send was sent; nil where that isn't the question, or isn't known.
    package private(set) var sent: Bool?
    package private(set) var members: [Member] = []
    package private(set) var headers: HTTPFields = [:]

    package init(_ code: String, _ status: HTTPResponse.Status, title: String, detail: String, retryable: Bool = false)
    {
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.retryable = retryable
    }

    /// The same with one more member, `json` being JSON text.
    package func with(_ name: String, json: [UInt8]) -> Problem {
        var copy = self
        copy.members.append(Member(name: name, json: json))
        return copy
    }

    /// The same with one more member whose value is a string.
    package func with(_ name: String, _ value: String) -> Problem {
        with(name, json: Self.quoted(value))
    }

    /// The same, saying whether it was sent.
    package func with(sent: Bool?) -> Problem {
        var copy = self
        copy.sent = sent
        return copy
    }

    /// The same, saying that a push was sent: to repeat the request would send another.
    package var afterSending: Problem {
        var copy = with(sent: true)
        copy.retryable = false
        return copy
    }

    /// The same in other words.
    package func saying(_ detail: String, retryable: Bool, title: String? = nil) -> Problem {
        var copy = self
        copy.title = title ?? self.title
        copy.detail = detail
        copy.retryable = retryable
        return copy
    }

    /// The same without these members.
    package func without(_ names: Set<String>) -> Problem {
        var copy = self
        copy.members.removeAll { names.contains($0.name) }
        return copy
    }

    /// The same, answered with one more header; `Retry-After` only as long as it is retryable.
    package func with(header: HTTPField.Name, _ value: String) -> Problem {
        var copy = self
        copy.headers[header] = value
        return copy
    }

    /// The response that carries it, `requestID` as its `instance`.
    package func response(requestID: String) -> Response {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        // Programs that repeat a request go by it alone, and would push twice.
        if !retryable { fields[.retryAfter] = nil }
        var response = Response(status: status, headers: fields, body: document(instance: requestID))
        response.isFinal = !retryable && sent != false
        response.problem = self
        return response
    }

    /// The document, as it is told to the request with this id.
    func document(instance requestID: String) -> [UInt8] {
        var body: [UInt8] = []
        func add(_ name: String, _ json: [UInt8]) {
            body.append(body.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            body += Self.quoted(name) + [UInt8(ascii: ":")] + json
        }
        add("type", Self.quoted("urn:slipgate:problem:\(code)"))
        add("code", Self.quoted(code))
        add("title", Self.quoted(title))
        add("status", Array(String(status.code).utf8))
        add("detail", Self.quoted(detail))
        add("instance", Self.quoted(requestID))
        add("retryable", Self.json(retryable))
        if let sent { add("sent", Self.json(sent)) }
        for member in members {
            add(member.name, member.json)
        }
        body.append(UInt8(ascii: "}"))
        return body
    }

    private static func json(_ value: Bool) -> [UInt8] { Array((value ? "true" : "false").utf8) }

    private static func quoted(_ text: String) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map(Array.init) ?? Array(#""""#.utf8)
    }
}

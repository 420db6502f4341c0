import Foundation
import PhoenixChannels
import TestSupport

/// One answer among all that came over a connection.
struct HostileAnswer: Sendable, CustomStringConvertible {
    /// What the corpus says of an answer.
    struct Kind: Sendable, Hashable, CustomStringConvertible {
        let status: Int
        /// A problem's code; `library` where nobody but libmicrohttpd has seen the request; else empty.
        let code: String

        /// How the corpus names libmicrohttpd's own answers.
        static let library = "library"

        var description: String { "\(status) \(code)" }

        /// Reads `400 invalid-request`, or `200 *50` for fifty.
        static func list(_ text: String) throws -> [Kind] {
            var words = text.split(separator: " ").map(String.init)
            var count = 1
            if let last = words.last, last.hasPrefix("*"), let number = Int(last.dropFirst()) {
                count = number
                words.removeLast()
            }
            guard let status = words.first.flatMap({ Int($0) }), words.count <= 2 else {
                throw HostileRequest.Failure(description: "'\(text)' is no answer")
            }
            return Array(repeating: Kind(status: status, code: words.count == 2 ? words[1] : ""), count: count)
        }
    }

    let kind: Kind
    let requestID: String?
    /// What is wrong with its form.
    let fault: String?

    var description: String { "\(kind) \(requestID ?? "")\(fault.map { ": \($0)" } ?? "")" }

    /// All answers in what came; the first has no body whatever its head says if it is `toHead`.
    static func all(in bytes: [UInt8], toHead: Bool) throws -> [HostileAnswer] {
        var rest = try withoutRepeatedHead(bytes)[...]
        var answers: [HostileAnswer] = []
        while !rest.isEmpty {
            let head = try Head(&rest)
            let isFirst = !answers.contains { $0.kind.status >= 200 }
            let body = head.body(&rest, isLeftOut: toHead && isFirst)
            answers.append(HostileAnswer(head, body))
        }
        return answers
    }

    /// libmicrohttpd sends the head of some of its own answers twice.
    private static func withoutRepeatedHead(_ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
        var rest = bytes[...]
        guard !bytes.isEmpty, try Head(&rest).fields["x-request-id"] == nil else { return bytes[...] }
        let head = bytes[..<rest.startIndex]
        return rest.starts(with: head) ? rest : bytes[...]
    }

    private init(_ head: Head, _ body: [UInt8]) {
        requestID = head.fields["x-request-id"]
        let isProblem = head.fields["content-type"] == "application/problem+json"
        let isLibrary = head.status >= 400 && requestID == nil
        let document = try? JSONText(validating: body, limits: .lenient).slice
        let code = isProblem ? document?.member("code")?.string : nil
        kind = Kind(status: head.status, code: isLibrary ? Kind.library : code ?? "")
        fault =
            switch head.status {
            case 100: head.fields.isEmpty ? nil : "100 with fields"
            case _ where isLibrary: head.fields["connection"] == "close" ? nil : "not closed"
            case _ where head.fields["cache-control"] != "no-store": "no Cache-Control"
            case _ where head.status >= 400 && !isProblem: "no problem"
            // To HEAD.
            case _ where head.status >= 400 && body.isEmpty: nil
            case _ where head.status >= 400: Self.fault(of: document, head.status, requestID ?? "")
            default: nil
            }
    }

    private static func fault(of document: JSONSlice?, _ status: Int, _ requestID: String) -> String? {
        guard let document, let code = document.member("code")?.string else { return "no document" }
        guard knownCodes.contains(code) else { return "an unknown code" }
        guard document.member("type")?.string == "urn:slipgate:problem:\(code)" else { return "another type" }
        guard document.member("status")?.integer == status else { return "another status" }
        guard document.member("instance")?.string == requestID else { return "another instance" }
        return document.member("detail")?.string?.isEmpty == false ? nil : "no detail"
    }

    /// Those in the README's table of problems.
    private static let knownCodes: Set<String> = {
        let rows = (try? ReadmeSection("## Problems"))?.text.split(separator: "\n").filter { $0.hasPrefix("| `") } ?? []
        return Set(rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
    }()

    /// A status line and fields, their names in lower case.
    private struct Head {
        let status: Int
        let fields: [String: String]

        init(_ rest: inout ArraySlice<UInt8>) throws {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else {
                throw HostileRequest.Failure(
                    description: "no answer: \(String(decoding: rest.prefix(200), as: UTF8.self))")
            }
            var lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")[...]
            rest = rest[end.upperBound...]
            let words = lines.popFirst()?.split(separator: " ") ?? []
            guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", let status = Int(words[1]) else {
                throw HostileRequest.Failure(description: "no status line: \(words)")
            }
            self.status = status
            fields = Dictionary(
                lines.map { line in
                    let sides = line.split(separator: ":", maxSplits: 1)
                    return (sides[0].lowercased(), sides.count == 2 ? String(sides[1].drop { $0 == " " }) : "")
                }, uniquingKeysWith: { "\($0), \($1)" })
        }

        func body(_ rest: inout ArraySlice<UInt8>, isLeftOut: Bool) -> [UInt8] {
            guard status >= 200, status != 204, status != 304, !isLeftOut else { return [] }
            if let length = fields["content-length"].flatMap({ Int($0) }) { return Self.take(length, &rest) }
            guard fields["transfer-encoding"] == "chunked" else { return Self.take(rest.count, &rest) }
            var body: [UInt8] = []
            while let end = rest.firstRange(of: [13, 10]),
                let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16)
            {
                rest = rest[end.upperBound...]
                body += Self.take(size, &rest)
                _ = Self.take(2, &rest)
                if size == 0 { break }
            }
            return body
        }

        private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}

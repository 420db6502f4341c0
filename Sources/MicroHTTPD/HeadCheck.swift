import HTTPCore
import HTTPTypes

/// What libmicrohttpd lets pass in a request's head and HTTP, or prudence, does not.
enum HeadCheck {
    /// The problem of a head, after which the connection is closed: how the rest is framed can't be trusted.
    static func refusal(of headers: HTTPFields, maxBodyBytes: Int) -> Problem? {
        let lengths = headers[values: .contentLength]
        let codings = headers[values: .transferEncoding]
        if headers[values: .hostHeader].count != 1 {
            return invalid("A request must have one Host header.")
        }
        if !codings.isEmpty, !lengths.isEmpty {
            return invalid("A request must not have both Transfer-Encoding and Content-Length.")
        }
        if lengths.count > 1 { return invalid("A request must not have more than one Content-Length.") }
        if codings.count > 1 || codings.contains(where: { $0.lowercased() != "chunked" }) {
            return invalid("The only Transfer-Encoding that is taken is chunked.")
        }
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return invalid("The Content-Length must be a whole number of bytes.")
            }
            // What doesn't fit an Int is too large, too.
            if Int(length).map({ $0 > maxBodyBytes }) ?? true { return bodyTooLarge(maxBodyBytes) }
        }
        if let expectation = headers[.expect], expectation.lowercased() != "100-continue" {
            return Problem(
                "expectation-failed", .expectationFailed, title: "The expectation can't be met",
                detail: "The only Expect that is met is 100-continue.")
        }
        return nil
    }

    static func bodyTooLarge(_ limit: Int) -> Problem {
        Problem(
            "payload-too-large", .contentTooLarge, title: "The body is too large",
            detail: "A request's body may have \(limit) bytes. Nothing was done.")
    }

    static func invalid(_ detail: String) -> Problem {
        Problem("invalid-request", .badRequest, title: "The request is not valid", detail: detail)
    }
}

extension HTTPField.Name {
    /// The name is of the right form, so there always is one.
    static var hostHeader: HTTPField.Name { HTTPField.Name("Host") ?? .origin }
}

import HTTPCore
import HTTPTypes

/// What libmicrohttpd lets pass in a request's head and HTTP, or prudence, does not.
enum HeadCheck {
    /// How the body is marked off.
    ///
    /// - Throws: the problem of a head after which the connection must end: where the next request begins can't be
    ///   trusted (RFC 9112, sections 3.2, 6.1 and 6.3).
    static func framing(_ headers: HTTPFields, _ line: RequestLine, target: [UInt8]) throws(Problem) -> Framing {
        guard unsafe line.isWhole(target: target) else {
            throw invalid("The request line must be a method, a target and HTTP/1.1, each behind one space.")
        }
        var (hosts, lengths, codings): (Int, [String], [String]) = (0, [], [])
        for field in headers {
            switch field.name {
            case .host: hosts += 1
            case .contentLength: lengths.append(field.value)
            case .transferEncoding: codings.append(field.value)
            default: break
            }
        }
        guard hosts == 1 || (hosts == 0 && (unsafe line.isHTTP10)) else {
            throw invalid("A request must have one Host header.")
        }
        if !codings.isEmpty, !lengths.isEmpty {
            throw invalid("A request must not have both Transfer-Encoding and Content-Length.")
        }
        if lengths.count > 1 { throw invalid("A request must not have more than one Content-Length.") }
        if codings.count > 1 || codings.contains(where: { $0.lowercased() != "chunked" }) {
            throw invalid("The only Transfer-Encoding that is taken is chunked.")
        }
        if !codings.isEmpty, unsafe line.isHTTP10 { throw invalid("HTTP/1.0 has no Transfer-Encoding.") }
        var framing = Framing(length: nil, isChunked: !codings.isEmpty)
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw invalid("The Content-Length must be a whole number of bytes.")
            }
            // What doesn't fit is too large for any bound.
            framing.length = Int(length) ?? .max
        }
        if let expectation = headers.value(of: .expect) {
            guard expectation.lowercased() == "100-continue" else { throw expectationFailed }
            framing.awaitsContinue = unsafe !line.isHTTP10 && framing.hasBody
            // RFC 9110, section 10.1.1: where there is no body it says nothing.
            framing.ignoresExpectation = !framing.hasBody
        }
        return framing
    }

    /// libmicrohttpd refuses what doesn't fit into its buffer, twice as large, by itself.
    static func checkSize(_ size: Int, limit: Int) throws(Problem) {
        guard size > limit else { return }
        throw Problem(
            "headers-too-large", .requestHeaderFieldsTooLarge, title: "The request's head is too large",
            detail: "The request line and headers have \(size) bytes, and may have \(limit): "
                + "what is long goes into a body, where the request takes one.")
    }

    /// The request without its body.
    ///
    /// - Throws: the problem of a target or method that isn't valid; the connection may go on after it.
    static func request(
        id: String, _ line: RequestLine, target: [UInt8], _ headers: HTTPFields, _ occupancy: Occupancy,
        _ client: ClientOrigin
    ) throws(Problem) -> Request {
        guard let method = unsafe line.methodToken else { throw invalid("The method is not a token.") }
        do throws(RequestTarget.ParseError) {
            // CONNECT names no resource: it is refused as the root refuses it.
            let target = try RequestTarget(method == .connect ? [UInt8(ascii: "/")] : target)
            return Request(
                id: id, method: method, target: target, headers: headers, occupancy: occupancy, client: client)
        } catch {
            throw invalid(error.detail)
        }
    }

    static func bodyTooLarge(_ limit: Int) -> Problem {
        Problem(
            "payload-too-large", .contentTooLarge, title: "The body is too large",
            detail: "A request's body may have \(limit) bytes. Nothing was done.")
    }

    static func invalid(_ detail: String) -> Problem {
        Problem("invalid-request", .badRequest, title: "The request is not valid", detail: detail)
    }

    private static var expectationFailed: Problem {
        Problem(
            "expectation-failed", .expectationFailed, title: "The expectation can't be met",
            detail: "The only Expect that is met is 100-continue.")
    }
}

package import HTTPCore
import HTTPTypes

/// What stands in for access control while there is none: loopback's own clients only, and no browser's other sites.
package struct AccessGuard: Sendable {
    package init() {}

    /// The problem of a request that is not to be served.
    package func refusal(of request: Request) -> Problem? {
        let host = request.headers[.host] ?? ""
        guard Self.isLoopback(host) else {
            return .misdirected(
                "The Host '\(host)' is not loopback's: without access control only localhost, 127.0.0.1 and [::1] are.")
        }
        if let origin = request.headers[.origin], origin != "http://\(host)" {
            return .forbidden("Requests from the web origin '\(origin)' are not allowed.")
        }
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" {
            return .forbidden("A browser sent this request from another site (Sec-Fetch-Site: \(site)).")
        }
        return nil
    }

    /// Whether a `Host` header names this machine's loopback, with any port or none.
    static func isLoopback(_ host: String) -> Bool {
        let bytes = host.lowercased()
        let name: Substring
        let port: Substring
        if bytes.hasPrefix("["), let end = bytes.firstIndex(of: "]") {
            name = bytes[...end]
            port = bytes[bytes.index(after: end)...]
        } else {
            name = bytes.prefix { $0 != ":" }
            port = bytes.dropFirst(name.count)
        }
        let portIsFine = port.isEmpty || (port.first == ":" && port.dropFirst().allSatisfy(\.isASCIIDigit))
        return portIsFine && (name == "localhost" || name == "[::1]" || isLoopbackIPv4(name))
    }

    private static func isLoopbackIPv4(_ name: Substring) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.allSatisfy(\.isASCIIDigit) && UInt8($0) != nil }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

extension HTTPField.Name {
    /// RFC 6454, and W3C Fetch Metadata; the names are of the right form, so there always is one.
    static var secFetchSite: HTTPField.Name { HTTPField.Name("Sec-Fetch-Site") ?? .origin }
    /// `HTTPRequest` keeps the host as its authority; this request keeps the header as it came.
    static var host: HTTPField.Name { HTTPField.Name("Host") ?? .origin }
}

package import HTTPCore
import HTTPTypes

/// What of a request's host and web origin is looked at before its token: no browser's other sites, and where there is no
/// access control, loopback's own clients only.
package struct AccessGuard: Sendable {
    /// Whether every caller has to show a token: then the gateway may have any name.
    let takesAnyHost: Bool
    /// Whether requests that came through a proxy are served where no caller shows a token: then the proxy decides.
    let takesProxied: Bool
    /// Other sites, whose pages may ask.
    let origins: Set<String>

    package init(takesAnyHost: Bool = false, takesProxied: Bool = false, origins: Set<String> = []) {
        self.takesAnyHost = takesAnyHost
        self.takesProxied = takesProxied
        self.origins = origins
    }

    /// The problem of a request that is not to be served.
    package func refusal(of request: Request) -> Problem? {
        // From a proxy on this machine everybody looks like a local caller, and who writes the Host may write loopback's.
        if !takesAnyHost, !takesProxied, let field = Self.proxyFields.first(where: request.headers.contains) {
            return .proxied(field.rawName)
        }
        // Only HTTP/1.0 may come without one, as the health checks of proxies do; browsers never do.
        let host = request.client.host ?? "localhost"
        // What a proxy says of it counts beside what the connection itself does: a page that leads a name here may say both.
        let said = request.headers.value(of: .host) ?? host
        guard takesAnyHost || (Self.isLoopback(host) && (said == host || Self.isLoopback(said))) else {
            return .misdirected(
                "The Host '\(host)' is not loopback's: without access control only localhost, 127.0.0.1 and [::1] are.")
        }
        let site = request.headers.value(of: .secFetchSite)
        if let origin = request.headers.value(of: .origin) {
            if origins.contains(origin) { return nil }
            guard isOwn(origin, request.client, host, site) else {
                return .forbidden("Requests from the web origin '\(origin)' are not allowed.")
            }
        }
        if let site, site != "same-origin", site != "none" {
            return .forbidden("A browser sent this request from another site (Sec-Fetch-Site: \(site)).")
        }
        return nil
    }

    /// Whether a page's origin is the gateway's own; a proxy may have changed the host, and spoken TLS to the browser.
    ///
    /// Where the host alone says who calls, it has to agree: a name that leads here is anybody's to make.
    private func isOwn(_ origin: String, _ client: ClientOrigin, _ host: String, _ site: String?) -> Bool {
        // Who speaks TLS in front need not say so.
        let schemes = client.scheme.map { [$0] } ?? (takesAnyHost ? ["http", "https"] : ["http"])
        if schemes.contains(where: { origin == Self.webOrigin($0, host) }) { return true }
        return takesAnyHost && site == "same-origin"
    }

    /// As browsers write it: without the scheme's own port, which proxies may add.
    private static func webOrigin(_ scheme: String, _ host: String) -> String {
        let port = scheme == "https" ? ":443" : ":80"
        return "\(scheme)://\(host.hasSuffix(port) ? String(host.dropLast(port.count)) : host)"
    }

    /// The fields by which proxies tell of their clients, or of themselves (RFC 9110, section 7.6.3).
    ///
    /// Callers on this machine have no need of them. A proxy that adds none can't be told from one of those.
    static let proxyFields: [HTTPField.Name] = [
        .forwarded, .forwardedFor, .forwardedHost, .forwardedPrefix, .forwardedProto, .realIP, .via,
    ]

    /// Whether a `Host` header names this machine's loopback, with any port or none.
    ///
    /// Each request is asked this twice: it looks at the bytes where they are.
    static func isLoopback(_ host: String) -> Bool {
        var host = host
        return host.withUTF8 { bytes in
            // A literal IPv6 address has colons of its own, and stands in brackets.
            let isBracketed = bytes.first == UInt8(ascii: "[")
            let nameEnd =
                isBracketed
                ? bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.count
                : bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            let port = bytes[nameEnd...]
            guard port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(isDigit)) else {
                return false
            }
            let name = bytes[..<nameEnd]
            return isLoopbackIPv4(name) || name.elementsEqual("localhost".utf8, by: { $0 | 0x20 == $1 })
                || name.elementsEqual("[::1]".utf8)
        }
    }

    private static func isLoopbackIPv4(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard name.starts(with: "127.".utf8) else { return false }
        var (parts, digits, value) = (1, 0, 0)
        for byte in name {
            switch byte {
            case UInt8(ascii: "."):
                guard digits > 0 else { return false }
                (parts, digits, value) = (parts + 1, 0, 0)
            case 0x30...0x39:
                (digits, value) = (digits + 1, value * 10 + Int(byte - 0x30))
                guard value <= 255 else { return false }
            default: return false
            }
        }
        return parts == 4 && digits > 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// A server's answer to the upgrade that is no websocket: its status, its headers, and the start of its body.
///
/// Phoenix answers 403 with an empty body where `connect/3` refuses, or what the socket's error handler says.
public struct UpgradeRefusal: Sendable, Hashable, CustomStringConvertible {
    /// Headers that are kept; a proxy in between adds a few to the application's.
    package static let maxHeaders = 64
    /// Bytes of names and values that are kept, whole headers only: what a server usually sends at the most.
    package static let maxHeaderBytes = 8 * 1024
    /// Bytes of the body that are kept: enough for an error in words.
    package static let maxBodyBytes = 1024
    /// A longer `Retry-After` counts as this: a wrong clock must not keep a client away for ever.
    package static let maxRetryAfter = Duration.seconds(24 * 60 * 60)

    /// Any but 101.
    public let status: Int
    /// In the order of the answer, names as the server wrote them.
    public let headers: [Endpoint.Header]
    /// At most 1 KiB.
    public let body: [UInt8]
    /// How long the server asks to wait (RFC 9110 section 10.2.3), reckoned when the answer came; a day at the most.
    public let retryAfter: Duration?

    /// Takes an answer, as far as the bounds allow.
    ///
    /// - Parameters:
    ///   - status: the answer's.
    ///   - headers: all of them.
    ///   - body: what has been read of it.
    ///   - now: seconds since 1970, for a `Retry-After` that is a date.
    public init(status: Int, headers: [Endpoint.Header] = [], body: [UInt8] = [], now: Int) {
        var bytes = 0
        self.status = status
        self.headers = Array(
            headers.prefix(Self.maxHeaders).prefix { header in
                bytes += header.name.utf8.count + header.value.utf8.count
                return bytes <= Self.maxHeaderBytes
            })
        self.body = Array(body.prefix(Self.maxBodyBytes))
        retryAfter = headers.first { $0.name.lowercased() == "retry-after" }
            .flatMap { Self.wait($0.value, now: now) }
    }

    /// The status alone: what the rest holds is the server's affair, and may be a secret.
    public var description: String { "status \(status)" }

    private static func wait(_ value: String, now: Int) -> Duration? {
        if !value.isEmpty, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return Int(value).map { min(.seconds($0), maxRetryAfter) } ?? maxRetryAfter
        }
        return HTTPDate.seconds(value, now: now).map { min(.seconds(max($0 - now, 0)), maxRetryAfter) }
    }
}

package import HTTPTypes

/// The names of headers that HTTPTypes has none for, each spelt here only.
package enum HeaderName: String, CaseIterable, Sendable {
    /// `HTTPRequest` keeps the host as its authority; this house's requests keep the header as it came.
    case host = "Host"
    /// RFC 7239.
    case forwarded = "Forwarded"
    case idempotencyKey = "Idempotency-Key"
    /// What an EventSource sends when it comes back (HTML, section 9.2).
    case lastEventID = "Last-Event-ID"
    /// RFC 7240.
    case prefer = "Prefer"
    case preferenceApplied = "Preference-Applied"
    /// The IETF draft on RateLimit fields, draft-ietf-httpapi-ratelimit-headers-10; so the next.
    case rateLimit = "RateLimit"
    case rateLimitPolicy = "RateLimit-Policy"
    /// W3C Fetch Metadata.
    case secFetchSite = "Sec-Fetch-Site"
    /// W3C Server Timing.
    case serverTiming = "Server-Timing"
    case slipgateCursor = "Slipgate-Cursor"
    /// Which of several gateways a proxy is to ask; a gateway doesn't look at it.
    case slipgateNode = "Slipgate-Node"
    case slipgateRef = "Slipgate-Ref"
    case slipgateStatus = "Slipgate-Status"
    /// Tells nginx and those like it to pass a body on as it comes.
    case accelBuffering = "X-Accel-Buffering"
    /// What proxies said before there was `Forwarded`, and say still.
    case forwardedFor = "X-Forwarded-For"
    case forwardedHost = "X-Forwarded-Host"
    case forwardedPrefix = "X-Forwarded-Prefix"
    case forwardedProto = "X-Forwarded-Proto"
    /// What nginx's users have it say of the client's address.
    case realIP = "X-Real-IP"
    case requestID = "X-Request-Id"

    /// There is one for each, as all are of the right form; tests read the whole table.
    package var field: HTTPField.Name { HTTPField.Name(rawValue) ?? .age }
}

extension HTTPField.Name {
    package static let accelBuffering = HeaderName.accelBuffering.field
    package static let forwarded = HeaderName.forwarded.field
    package static let forwardedFor = HeaderName.forwardedFor.field
    package static let forwardedHost = HeaderName.forwardedHost.field
    package static let forwardedPrefix = HeaderName.forwardedPrefix.field
    package static let forwardedProto = HeaderName.forwardedProto.field
    package static let host = HeaderName.host.field
    package static let idempotencyKey = HeaderName.idempotencyKey.field
    package static let lastEventID = HeaderName.lastEventID.field
    package static let prefer = HeaderName.prefer.field
    package static let preferenceApplied = HeaderName.preferenceApplied.field
    package static let rateLimit = HeaderName.rateLimit.field
    package static let rateLimitPolicy = HeaderName.rateLimitPolicy.field
    package static let realIP = HeaderName.realIP.field
    package static let requestID = HeaderName.requestID.field
    package static let secFetchSite = HeaderName.secFetchSite.field
    package static let serverTiming = HeaderName.serverTiming.field
    package static let slipgateCursor = HeaderName.slipgateCursor.field
    package static let slipgateNode = HeaderName.slipgateNode.field
    package static let slipgateRef = HeaderName.slipgateRef.field
    package static let slipgateStatus = HeaderName.slipgateStatus.field
}

package import HTTPTypes

/// A whole request: the head, the target already split and decoded, and the gathered body.
package struct Request: Sendable {
    /// What `X-Request-Id` and a problem's `instance` say.
    package let id: String
    package let method: HTTPRequest.Method
    package var target: RequestTarget
    package let headers: HTTPFields
    /// Empty while it is still to come, and when a `BodyReceiver` takes it.
    package var body: [UInt8]
    /// Whether it may be made to wait.
    package var occupancy: Occupancy
    /// Who sends it, from where.
    package let client: ClientOrigin
    /// Whom it is from, once that is known.
    package var principal: Principal
    /// What its answer is to say of its sender's limits; nil until the responder has let it in.
    package var limits: HTTPFields?

    package init(
        id: String, method: HTTPRequest.Method, target: RequestTarget, headers: HTTPFields = [:], body: [UInt8] = [],
        occupancy: Occupancy = .free, client: ClientOrigin? = nil, principal: Principal = .everyone
    ) {
        self.id = id
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.occupancy = occupancy
        self.client = client ?? ClientOrigin(headers)
        self.principal = principal
    }

    /// The client's address as the proxies tell it that are trusted, or the connection's; nil in process.
    package var clientAddress: String? { client.address }
}

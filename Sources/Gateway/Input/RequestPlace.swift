/// Where in a request something is wrong, as a problem's `errors` say it.
package enum RequestPlace: Sendable, Hashable {
    /// In the body (RFC 6901).
    case pointer(String)
    /// In the query or the path.
    case parameter(String)
    case header(String)
}

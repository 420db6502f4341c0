import HTTPCore

/// Where a request asks to be connected to.
enum Destination: Sendable {
    /// An address of its own, which has to be among those that are allowed.
    case uri(String, AllowedUpstreams)
    case endpoint(NamedEndpoint)

    /// The member of a spec in which another one's differs from it; nil where they are the same.
    func difference(from other: Destination) -> String? {
        switch (self, other) {
        case (.uri(let uri, _), .uri(let wanted, _)): uri == wanted ? nil : "uri"
        case (.endpoint(let endpoint), .endpoint(let wanted)): endpoint.name == wanted.name ? nil : "endpoint"
        case (.endpoint, .uri): "uri"
        case (.uri, .endpoint): "endpoint"
        }
    }
}

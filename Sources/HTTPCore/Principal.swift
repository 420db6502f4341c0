/// Whom a request is from, and what that one may do.
package struct Principal: Sendable, Equatable {
    /// What requests ask for, as far as it is allowed to some and not to others.
    package enum Scope: String, CaseIterable, Sendable {
        /// To look: sessions, topics, the log, replies, presence.
        case read
        /// To make something happen: sessions, joins, pushes, calls, and the end of them.
        case write
        case metrics
    }

    /// Its own bounds; nil for what everybody has.
    package struct Quotas: Sendable, Equatable {
        /// Sessions and clients of calls at once; 0 sets no limit.
        package var maxSessions: Int?
        /// Requests a second; 0 sets no limit.
        package var requestsPerSecond: Int?
        /// Requests that wait at once, streams among them; 0 sets no limit.
        package var maxWaiters: Int?

        package init(maxSessions: Int? = nil, requestsPerSecond: Int? = nil, maxWaiters: Int? = nil) {
            self.maxSessions = maxSessions
            self.requestsPerSecond = requestsPerSecond
            self.maxWaiters = maxWaiters
        }
    }

    /// All callers where there is no access control, and who asks for what needs no token.
    package static let everyone = Principal(name: "", scopes: Set(Scope.allCases))

    /// Whether it is all callers at once.
    package var isEveryone: Bool { name == Self.everyone.name }

    /// What sessions, names and keys belong to; no other principal has it.
    package let name: String
    package let scopes: Set<Scope>
    /// The endpoints that it may name; nil for all.
    package let endpoints: Set<String>?
    /// Whether it may give a `uri` of its own.
    package let mayUseURIs: Bool
    package let quotas: Quotas

    package init(
        name: String, scopes: Set<Scope>, endpoints: Set<String>? = nil, mayUseURIs: Bool = true,
        quotas: Quotas = Quotas()
    ) {
        self.name = name
        self.scopes = scopes
        self.endpoints = endpoints
        self.mayUseURIs = mayUseURIs
        self.quotas = quotas
    }
}

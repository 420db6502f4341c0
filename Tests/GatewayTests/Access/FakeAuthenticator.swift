import Gateway
import HTTPCore
import Synchronization

/// Knows the tokens that the test gives it; what begins with `later` is answered when the test says so.
final class FakeAuthenticator: Authenticator {
    private typealias Later = @Sendable (Identity) -> Void

    private let identities: Mutex<[String: Identity]>
    private let waiting = Mutex<[Later]>([])
    private let asked = Mutex(0)

    init(_ principals: Principal...) {
        identities = Mutex(Dictionary(uniqueKeysWithValues: principals.map { ($0.name, .principal($0)) }))
    }

    /// The principal may do something else from now on.
    func change(_ principal: Principal) { identities.withLock { $0[principal.name] = .principal(principal) } }

    var waitingCount: Int { waiting.withLock { $0.count } }
    /// How often it was asked.
    var askedCount: Int { asked.withLock { $0 } }

    func identify(_ token: String, later: @escaping @Sendable (Identity) -> Void) -> Identity? {
        asked.withLock { $0 += 1 }
        guard token.hasPrefix("later") else { return identities.withLock { $0[token] } ?? .refused(.unknown) }
        waiting.withLock { $0.append(later) }
        return nil
    }

    /// Answers all who wait.
    func answer(_ identity: Identity) {
        let waiting = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for later in waiting { later(identity) }
    }
}

extension Principal {
    static func test(
        _ name: String, _ scopes: Set<Scope> = [.read, .write], endpoints: Set<String>? = nil, mayUseURIs: Bool = true,
        quotas: Quotas = Quotas()
    ) -> Principal {
        Principal(name: name, scopes: scopes, endpoints: endpoints, mayUseURIs: mayUseURIs, quotas: quotas)
    }
}

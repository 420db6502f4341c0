import HTTPCore
import Synchronization

/// How many clients of upstreams each principal has: its sessions and the clients of its calls share one quota.
///
/// It may be asked under another's lock, as it asks for none itself.
package final class PrincipalPlaces: Sendable {
    private let standard: Int?
    private let all: Int
    /// Of each principal that has any.
    private let counts = Mutex<[String: Int]>([:])

    /// `standard` bounds a principal that has no quota of its own, 0 setting no limit; where it is nil, each has a share of
    /// `all`.
    package init(standard: Int? = nil, of all: Int = .max) {
        self.standard = standard
        self.all = all
    }

    /// As many as the principal may have; 0 for no limit.
    func quota(of principal: Principal) -> Int {
        principal.quotas.maxSessions ?? standard ?? (principal.isEveryone ? 0 : FairShare.of(all))
    }

    /// As many as the principal may have of so many at one upstream: all, where a quota says how many it may have anyway.
    func share(of principal: Principal, in count: Int) -> Int {
        let isSaid = principal.quotas.maxSessions != nil || standard != nil
        return isSaid || principal.isEveryone ? count : FairShare.of(count)
    }

    /// Counts one more; false, and nothing is counted, where the principal has as many as it may.
    func take(_ principal: Principal) -> Bool {
        let quota = quota(of: principal)
        return counts.withLock { counts in
            let count = counts[principal.name, default: 0]
            guard quota == 0 || count < quota else { return false }
            counts[principal.name] = count + 1
            return true
        }
    }

    /// One that was counted is no more.
    func giveBack(_ owner: String) {
        counts.withLock { counts in
            let count = counts[owner, default: 1] - 1
            counts[owner] = count == 0 ? nil : count
        }
    }
}

/// What one principal may take of a bound on all where nobody has said how much it may.
///
/// A quarter: even three that take all they may leave room to others. Without access control all callers are one principal,
/// which has the whole.
package enum FairShare {
    package static let part = 4

    /// The share of so many; never nothing.
    static func of(_ all: Int) -> Int { max(1, all / part) }
}

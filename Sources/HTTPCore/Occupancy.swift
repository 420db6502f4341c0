/// How much room the server has for requests that wait, when it takes one in.
///
/// Every waiting request holds a connection. Reads, of which there may be any number, leave a reserve to those that carry
/// something out, and all of them leave one to requests that are answered at once, such as health checks.
package enum Occupancy: Sendable, Equatable {
    /// Any request may wait.
    case free
    /// A request that only reads is refused rather than made to wait.
    case crowded
    /// Every request that would wait is refused, before it has done anything.
    case full
    /// The same, since the server stops.
    case stopping
}

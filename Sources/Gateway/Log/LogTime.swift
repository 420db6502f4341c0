/// A moment by both clocks, in milliseconds.
///
/// An entry tells the wall clock's time, and is as old as the steady clock says: what is done to the other must not make it
/// too old to be kept, or too young ever to go.
package struct LogTime: Sendable {
    /// Since 1970 UTC.
    package let wall: Int64
    /// Since some fixed moment; it never goes back.
    package let steady: Int64

    package init(wall: Int64, steady: Int64) {
        self.wall = wall
        self.steady = steady
    }

    init(_ source: any TimeSource) {
        let now = source.now().components
        self.init(
            wall: source.wallMilliseconds(),
            steady: now.seconds * 1_000 + now.attoseconds / Self.attosecondsInMillisecond)
    }

    private static let attosecondsInMillisecond: Int64 = 1_000_000_000_000_000
}

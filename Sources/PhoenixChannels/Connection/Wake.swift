/// What is left to do for a command: to wake the event loop, where that is needed.
///
/// To wake is a system call, at which another thread may take over: it waits until the caller holds no lock.
package struct Wake: Sendable {
    let link: (any TransportLink)?

    /// For what needs none.
    package static let none = Wake(link: nil)

    /// Whether the event loop sleeps on an outbox that has something in it.
    package var isNeeded: Bool { link != nil }

    package func perform() { link?.wake() }
}

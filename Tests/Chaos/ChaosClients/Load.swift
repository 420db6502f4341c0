import Synchronization

/// Whether the clients are still to push: what is under way is never cancelled, so that each push has its outcome.
final class Load: Sendable {
    private let isOver = Atomic(false)

    var isOn: Bool { !isOver.load(ordering: .relaxed) }

    func end() { isOver.store(true, ordering: .relaxed) }
}

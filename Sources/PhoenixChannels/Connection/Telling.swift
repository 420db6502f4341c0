/// What a connection's delegate is to be told, in the order in which it came about, by one thread at a time.
///
/// Events come about under the connection's lock, on any of several threads, and are told with no lock held: who adds some
/// while another thread tells leaves them to that.
struct Telling {
    enum Item {
        case events([ConnectionEvent])
        /// Runs once all before it was told.
        case action(@Sendable () -> Void)
    }

    private var items: [Item] = []
    private var isBusy = false

    mutating func add(_ events: [ConnectionEvent]) {
        if !events.isEmpty { items.append(.events(events)) }
    }

    mutating func add(_ action: @escaping @Sendable () -> Void) { items.append(.action(action)) }

    /// - Returns: whether the caller is to tell what there is; it goes on until `next` has no more.
    mutating func begin() -> Bool {
        guard !isBusy, !items.isEmpty else { return false }
        isBusy = true
        return true
    }

    mutating func next() -> [Item] {
        defer { items = [] }
        if items.isEmpty { isBusy = false }
        return items
    }
}

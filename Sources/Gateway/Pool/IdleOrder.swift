import DequeModule

/// Ids of idle clients in the order in which they were given, which rise: the client that has been idle for longest first.
///
/// At either end an id comes and goes at once, which is where nearly all do. One from amid them is searched by halves, and
/// those on its shorter side move up by its eight bytes.
struct IdleOrder {
    private var ids = Deque<UInt64>()

    var isEmpty: Bool { ids.isEmpty }
    var first: UInt64? { ids.first }
    var last: UInt64? { ids.last }

    func last(where passes: (UInt64) -> Bool) -> UInt64? { ids.last(where: passes) }

    /// Adds an id that is above all others.
    mutating func append(_ id: UInt64) { ids.append(id) }

    mutating func remove(_ id: UInt64) {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        if low < ids.count, ids[low] == id { ids.remove(at: low) }
    }
}

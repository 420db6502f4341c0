/// A hashed timing wheel: any number of deadlines, each added and cancelled in constant time.
///
/// A value without a clock: times are ticks of 10 ms that the caller counts. A deadline is due at its tick, never
/// before; those that share a slot but belong to a later turn of the wheel are passed over. The idea is Varghese and
/// Lauck's (1987).
package struct DeadlineWheel<Action> {
    /// A tick's length.
    package static var tick: Duration { .milliseconds(10) }
    /// How many slots the wheel has: 41 s a turn, so that most waits are met in their first one.
    private static var slots: Int { 4096 }

    /// Names a deadline; after it was due or cancelled it names nothing, even when its place is used again.
    package struct Token: Sendable, Hashable {
        fileprivate let node: Int
        fileprivate let generation: UInt32
    }

    fileprivate struct Node {
        var due: UInt64 = 0
        var action: Action?
        var generation: UInt32 = 0
        var previous = -1
        var next = -1
    }

    private var nodes: [Node] = []
    private var free: [Int] = []
    private var heads = [Int](repeating: -1, count: slots)
    private var swept: UInt64
    package private(set) var count = 0

    package init(now: UInt64 = 0) {
        swept = now
    }

    /// Adds a deadline at tick `due`; one that has passed is due with the next tick.
    package mutating func add(due: UInt64, _ action: Action) -> Token {
        let index = free.popLast() ?? nodes.count
        if index == nodes.count { nodes.append(Node()) }
        let due = max(due, swept + 1)
        let slot = Int(due % UInt64(Self.slots))
        nodes[index].due = due
        nodes[index].action = action
        nodes[index].previous = -1
        nodes[index].next = heads[slot]
        if heads[slot] >= 0 { nodes[heads[slot]].previous = index }
        heads[slot] = index
        count += 1
        return Token(node: index, generation: nodes[index].generation)
    }

    /// Takes a deadline back.
    ///
    /// False when it was due or cancelled before.
    @discardableResult
    package mutating func cancel(_ token: Token) -> Bool {
        guard nodes[token.node].generation == token.generation, nodes[token.node].action != nil else { return false }
        _ = remove(token.node)
        return true
    }

    /// Moves on to tick `now` and takes out what is due, the earliest slots first.
    package mutating func advance(to now: UInt64) -> [Action] {
        guard now > swept else { return [] }
        var due: [Action] = []
        let turn = UInt64(Self.slots)
        for tick in (swept + 1)...min(now, swept + turn) {
            var index = heads[Int(tick % turn)]
            while index >= 0 {
                let next = nodes[index].next
                if nodes[index].due <= now, let action = remove(index) { due.append(action) }
                index = next
            }
        }
        swept = now
        return due
    }

    /// The next tick whose slot holds anything: no deadline is due earlier.
    ///
    /// Nil when there are none.
    package var nextTick: UInt64? {
        guard count > 0 else { return nil }
        let turn = UInt64(Self.slots)
        return ((swept + 1)...(swept + turn)).first { heads[Int($0 % turn)] >= 0 }
    }

    private mutating func remove(_ index: Int) -> Action? {
        let node = nodes[index]
        if node.previous >= 0 {
            nodes[node.previous].next = node.next
        } else {
            heads[Int(node.due % UInt64(Self.slots))] = node.next
        }
        if node.next >= 0 { nodes[node.next].previous = node.previous }
        nodes[index].action = nil
        nodes[index].generation &+= 1
        free.append(index)
        count -= 1
        return node.action
    }
}

extension DeadlineWheel: Sendable where Action: Sendable {}
extension DeadlineWheel.Node: Sendable where Action: Sendable {}

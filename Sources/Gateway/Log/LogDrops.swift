/// How many entries a log has dropped, by the reason.
package struct LogDrops: Sendable, Equatable {
    private var overflow = 0
    private var age = 0
    private var released = 0

    package init() {}

    /// Nothing is dropped for being another log's.
    package internal(set) subscript(reason: EventLog.Loss) -> Int {
        get {
            switch reason {
            case .overflow: overflow
            case .age: age
            case .released: released
            case .epoch: 0
            }
        }
        set {
            switch reason {
            case .overflow: overflow = newValue
            case .age: age = newValue
            case .released: released = newValue
            case .epoch: break
            }
        }
    }
}

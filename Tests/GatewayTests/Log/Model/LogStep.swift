import TestSupport

/// Something that happens to a session's log, or that somebody asks of it.
enum LogStep: Sendable {
    /// Where a read begins: a cursor that was told before is known by when that was.
    enum After: Sendable {
        case oldest, latest
        case told(Int)
    }

    struct Query: Sendable {
        let after: After
        /// The events that are wanted; nil for any.
        let event: String?
        let limit: Int
        let isAwait: Bool
    }

    /// The server sends messages of these events in one go.
    case messages([String])
    case read(Query)
    /// A read that waits for so many seconds and a half.
    case wait(Query, seconds: Int)
    case hangUp(Int)
    case stream(After, event: String?)
    /// A stream's client takes all that has come for it.
    case take(Int)
    /// A stream's client goes.
    case leave(Int)
    case release(Int)
    case advance(seconds: Int)

    static let events = ["a", "b", "c"]

    static func random(_ generator: inout SeededGenerator) -> LogStep {
        let number = Int.random(in: 0..<1_000, using: &generator)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<6:
            let count = Int.random(in: 1...3, using: &generator)
            return .messages((0..<count).map { _ in event(&generator) })
        case 6: return .messages((0..<9).map { _ in event(&generator) })
        case 7..<10: return .read(query(&generator))
        case 10..<14: return .wait(query(&generator), seconds: number % 4)
        case 14: return .hangUp(number)
        case 15: return .stream(after(&generator), event: wanted(&generator))
        case 16, 17: return number % 4 == 0 ? .leave(number) : .take(number)
        case 18: return .release(number)
        default: return .advance(seconds: 1 + number % 3)
        }
    }

    private static func query(_ generator: inout SeededGenerator) -> Query {
        Query(
            after: after(&generator), event: wanted(&generator), limit: Int.random(in: 1...4, using: &generator),
            isAwait: Bool.random(using: &generator))
    }

    private static func after(_ generator: inout SeededGenerator) -> After {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: .oldest
        case 1: .latest
        default: .told(Int.random(in: 0..<1_000, using: &generator))
        }
    }

    private static func wanted(_ generator: inout SeededGenerator) -> String? {
        Bool.random(using: &generator) ? event(&generator) : nil
    }

    private static func event(_ generator: inout SeededGenerator) -> String {
        events.randomElement(using: &generator) ?? events[0]
    }
}

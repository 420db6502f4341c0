/// The kinds of a JSON value; `true` and `false` are two.
package enum JSONKind: Sendable, Equatable {
    case object
    case array
    case string
    case number
    case `true`
    case `false`
    case null
}

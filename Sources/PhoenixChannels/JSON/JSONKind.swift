/// The kinds of a JSON value; `true` and `false` are two.
package enum JSONKind: Sendable, Equatable {
    case object
    case array
    case string
    case number
    case `true`
    case `false`
    case null

    /// The kind of the valid value whose text begins with this byte.
    init(startingWith byte: UInt8) {
        self =
            switch byte {
            case UInt8(ascii: "{"): .object
            case UInt8(ascii: "["): .array
            case UInt8(ascii: "\""): .string
            case UInt8(ascii: "t"): .true
            case UInt8(ascii: "f"): .false
            case UInt8(ascii: "n"): .null
            default: .number
            }
    }
}

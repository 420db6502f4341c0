/// The operators of patterns, as they are written.
enum PatternOperator: String, CaseIterable {
    case any = "$any"
    case `in` = "$in"
    case not = "$not"
    case gt = "$gt"
    case gte = "$gte"
    case lt = "$lt"
    case lte = "$lte"
    case prefix = "$prefix"
    case type = "$type"
    case exists = "$exists"
    case literal = "$literal"

    /// Whether a member's unescaped name is kept for operators.
    static func isReserved(_ name: [UInt8]) -> Bool { name.first == UInt8(ascii: "$") }

    /// All of them, in words.
    static let known = allCases.map(\.rawValue).joined(separator: ", ")
}

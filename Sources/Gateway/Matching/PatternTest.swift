import PhoenixChannels

/// What a pattern asks of a value.
enum PatternTest: Sendable {
    /// What `$type` tells apart.
    enum ValueType: String, Sendable, CaseIterable {
        case string, number, boolean, null, array, object, binary

        static let known = allCases.map(\.rawValue).joined(separator: ", ")
    }

    enum Order: Sendable {
        case equal, greater, greaterOrEqual, less, lessOrEqual

        func holds(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
            switch self {
            case .equal: left == right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .lessOrEqual: left <= right
            }
        }
    }

    /// A value as it is found.
    enum Value {
        case string(UnsafeBufferPointer<UInt8>)
        case number(ExactDecimal)
        case boolean(Bool)
        case null
        case array(count: Int)
        case object(isBinary: Bool)

        fileprivate var type: ValueType {
            switch self {
            case .string: .string
            case .number: .number
            case .boolean: .boolean
            case .null: .null
            case .array: .array
            case .object(let isBinary): isBinary ? .binary : .object
            }
        }
    }

    /// There is one.
    case present
    case type(ValueType)
    /// An object, or what stands for a binary payload.
    case object
    case array(count: Int)
    case boolean(Bool)
    /// A string of these bytes, or one that begins with them.
    case text([UInt8])
    case prefix([UInt8])
    /// A number in this order to one of the pattern's numbers.
    case number(Order, Int32)

    func holds(for value: Value, numbers: [ExactDecimal]) -> Bool {
        switch (self, value) {
        case (.present, _): true
        case (.type(let type), let value): value.type == type
        case (.object, .object): true
        case (.array(let wanted), .array(let count)): count == wanted
        case (.boolean(let wanted), .boolean(let value)): value == wanted
        case (.text(let wanted), .string(let bytes)): bytes.count == wanted.count && bytes.elementsEqual(wanted)
        case (.prefix(let wanted), .string(let bytes)): bytes.starts(with: wanted)
        case (.number(let order, let index), .number(let value)): order.holds(value, numbers[Int(index)])
        case (_, _): false
        }
    }
}

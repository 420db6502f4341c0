/// The number of a message that a client sent, counted from 1 over the whole life of a `Connection`.
///
/// On the wire it is its decimal string. It does not start anew when the connection is made anew, so a late reply can't
/// be taken for that of another push.
public struct Ref: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    public var description: String { String(number) }

    public static func < (left: Ref, right: Ref) -> Bool { left.number < right.number }
}

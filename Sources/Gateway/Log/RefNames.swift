import PhoenixChannels

/// How a session names its pushes: `<epoch>-r<number>`, so that no other session's ref fits, and no cursor is one.
struct RefNames: Sendable {
    let epoch: String

    func name(_ ref: Ref) -> String { "\(epoch)-r\(ref)" }

    /// The ref that a name stands for; nil when it isn't one of this session's.
    func ref(_ name: String) -> Ref? {
        guard let number = Self.number(name), number.epoch == epoch else { return nil }
        return Ref(number.sequence)
    }

    /// Whether a text has the form of such a name, of whichever session.
    static func isName(_ text: String) -> Bool { number(text) != nil }

    /// An epoch and a number, as a cursor has them: the name without its `r`.
    private static func number(_ name: String) -> Cursor? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.first == UInt8(ascii: "r") else { return nil }
        return Cursor("\(parts[0])-\(parts[1].dropFirst())")
    }
}

/// Bytes as hexadecimal digits, as the kept inputs and the compared documents are written.
enum Bytes {
    /// What the digits stand for.
    static func unhexed(_ digits: some StringProtocol) -> [UInt8] {
        let nibbles = digits.utf8.map { $0 < 0x3A ? $0 &- 0x30 : $0 &- 0x57 }
        return stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    /// More of an input tells nobody more.
    private static let mostShown = 300

    /// As text, and so that it can be had back.
    static func shown(_ bytes: [UInt8]) -> String {
        guard bytes.count <= mostShown else { return "\(shown(Array(bytes.prefix(mostShown)))) and more" }
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(String(decoding: bytes, as: UTF8.self).debugDescription) (\(digits))"
    }
}

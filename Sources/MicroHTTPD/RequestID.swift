/// The name of a request in answers and logs: the client's own `X-Request-Id`, or a fresh one.
enum RequestID {
    private static let maxLength = 64

    /// 16 hexadecimal digits.
    static func random() -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - number.count) + number
    }

    /// Whether a client's own may go into answers and logs as it is.
    static func isValid(_ text: String) -> Bool {
        (1...maxLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

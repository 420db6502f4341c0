import Synchronization

/// The name of a request in answers and logs: the client's own `X-Request-Id`, or a fresh one.
enum RequestID {
    private static let maxLength = 64

    private static let digits = Array("0123456789abcdef".utf8)
    /// Where this process begins to count.
    private static let seed = UInt64.random(in: 0...UInt64.max)
    private static let count = Atomic<UInt64>(0)

    /// Hexadecimal digits of 64 bits.
    private static let length = 16

    /// 16 hexadecimal digits, which this process gives to no other request.
    ///
    /// They look as drawn, and are told from other processes' by a seed that is: a request costs no system call for them.
    /// The steps and the mixing, which maps no two numbers to one, are SplitMix64's (Steele, Lea and Flood, 2014).
    static func fresh() -> String {
        var number = seed &+ count.wrappingAdd(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        number ^= number >> 31
        return unsafe String(unsafeUninitializedCapacity: length) { text in
            for place in (0..<length).reversed() {
                unsafe text[place] = digits[Int(number & 0xF)]
                number >>= 4
            }
            return length
        }
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

import Glibc

/// Masking keys out of the kernel's entropy, as RFC 6455 section 5.3 asks; many at a time, or each frame would cost a call.
struct MaskSource {
    /// 64 of them: what an idle websocket keeps should be small.
    private static let drawnAtOnce = 64

    private var keys: [UInt32] = []

    mutating func next() -> UInt32 {
        if let key = keys.popLast() { return key }
        keys = [UInt32](repeating: 0, count: Self.drawnAtOnce)
        keys.withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { arc4random_buf(start, buffer.count) }
        }
        return keys.removeLast()
    }
}

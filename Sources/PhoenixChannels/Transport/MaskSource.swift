import Glibc
import NIOWebSocket

/// Masking keys, drawn from the kernel 4 KiB at a time: one by one they would cost a system call a frame.
struct MaskSource {
    private static let drawnAtOnce = 4096

    private var bytes: [UInt8] = []

    mutating func next() -> WebSocketMaskingKey? {
        if bytes.count < 4 { refill() }
        defer { bytes.removeLast(4) }
        return WebSocketMaskingKey(bytes.suffix(4))
    }

    private mutating func refill() {
        bytes = [UInt8](repeating: 0, count: Self.drawnAtOnce)
        bytes.withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { arc4random_buf(start, buffer.count) }
        }
    }
}

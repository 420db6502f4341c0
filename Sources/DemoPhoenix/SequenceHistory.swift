import Glibc
import PhoenixChannels

/// What a sequence file of earlier runs tells, as far as a new one counts on from it.
struct SequenceHistory: Equatable {
    private static let chunkBytes = 1 << 20

    private(set) var lastLine = 0
    private(set) var lastSocket = 0
    /// The number of each topic's last counted message.
    private(set) var counters: [String: Int] = [:]
    /// The last line has no end: whoever wrote it was killed.
    private(set) var isCutShort = false

    /// Reads an open file from its beginning.
    init(_ descriptor: Int32) {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        var left = Int(lseek(descriptor, 0, SEEK_END))
        lseek(descriptor, 0, SEEK_SET)
        while left > 0 {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, min($0.count, left)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            left -= count
            rest += chunk[..<count]
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in rest[...end].split(separator: UInt8(ascii: "\n")) { take(Array(line)) }
            rest = Array(rest[(end + 1)...])
        }
        isCutShort = !rest.isEmpty
    }

    /// A line that is no JSON was cut short, and ended later.
    private mutating func take(_ bytes: [UInt8]) {
        guard let line = try? JSONText(validating: bytes, limits: .lenient).slice else { return }
        lastLine = max(lastLine, line.member("n")?.integer ?? 0)
        lastSocket = max(lastSocket, line.member("conn")?.integer ?? 0)
        guard let number = line.member("payload")?.member("seq")?.integer, line.member("dir")?.string == "out",
            let topic = line.member("topic")?.string
        else { return }
        counters[topic] = max(counters[topic] ?? 0, number)
    }
}

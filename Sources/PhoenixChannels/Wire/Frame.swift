/// A whole websocket message: its bytes, and which of the two kinds it is.
public enum Frame: Sendable, Hashable {
    /// UTF-8.
    case text([UInt8])
    /// Any bytes.
    case binary([UInt8])

    package var count: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.count
        }
    }
}

/// Who wrote a frame: a binary push is laid out differently by either.
package enum Side: Sendable {
    case client, server
}

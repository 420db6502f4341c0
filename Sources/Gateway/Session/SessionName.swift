import HTTPCore

/// A session's name, which its maker chose: it works wherever an id does, and has no dot, as an id has.
enum SessionName {
    /// Long enough for a host's name and a job's.
    static let maxBytes = 64

    static func isValid(_ name: String) -> Bool {
        guard (1...maxBytes).contains(name.utf8.count) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    static func check(_ name: String) throws(Problem) {
        guard isValid(name) else {
            throw .invalidRequest(
                "A session's name has 1 to \(maxBytes) characters of a-z, 0-9, _ and -.", .parameter("id"))
        }
    }
}

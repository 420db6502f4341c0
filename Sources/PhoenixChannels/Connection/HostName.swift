/// What a host may be written as: a DNS name or the number of one.
enum HostName {
    /// A name's bound in DNS (RFC 1035 section 2.3.4), in its text form.
    private static let maxBytes = 253

    /// Whether it can go into a request as it is: letters, digits, `-`, `.` and `_`, or an IPv6 address without brackets.
    static func isValid(_ host: String) -> Bool {
        guard !host.isEmpty, host.utf8.count <= maxBytes else { return false }
        if host.contains(":") { return isNumber(host) }
        return host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// Whether it is an IPv4 or IPv6 address.
    static func isNumber(_ host: String) -> Bool { NetworkAddress(host) != nil }

    /// As it stands before a port: an IPv6 address in brackets.
    static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}

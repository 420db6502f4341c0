import HTTPCore
import HTTPTypes

/// What proxies say of a request, a field a line: what is taken of it is fit for a log, and nothing from anybody else counts.
enum ForwardedProperty {
    private static let names: [HTTPField.Name] = [
        .forwarded, .forwardedFor, .forwardedProto, .forwardedHost, .forwarded, .forwardedFor,
    ]
    private static let trusted = TrustedProxies(["loopback", "10.0.0.0/8"].compactMap { TrustedProxies.Entry($0) })
    private static let proxy = IPAddress("127.0.0.1")
    private static let stranger = IPAddress("192.0.2.9")
    /// The longest name that hides an address.
    private static let maxName = 64

    static func check(_ input: [UInt8]) throws(Violation) {
        var fields: HTTPFields = [.host: "gateway"]
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (name, line) in zip(names, lines) where !line.isEmpty {
            fields.append(HTTPField(name: name, value: String(decoding: line, as: UTF8.self)))
        }
        let plain = ClientOrigin(fields, peer: stranger)
        try require((try? ClientOrigin(fields, peer: stranger, trusted: trusted)) == plain, "a stranger was believed")
        try require(plain.address == stranger?.description && plain.scheme == nil, "the connection's is another")
        guard let origin = try? ClientOrigin(fields, peer: proxy, trusted: trusted) else { return }
        let address = try required(origin.address, "no address")
        let isName =
            !address.isEmpty && address.utf8.count <= maxName
            && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        try require(isName, "the address is \(address)")
        try require([nil, "http", "https"].contains(origin.scheme), "the scheme is \(origin.scheme ?? "")")
        try checkAlone(address)
    }

    /// An address says the same when a proxy says it in the other field.
    private static func checkAlone(_ address: String) throws(Violation) {
        guard IPAddress(address) != nil else { return }
        let values: [(HTTPField.Name, String)] = [
            (.forwarded, "for=\"[\(address)]\""), (.forwarded, "FOR=\"\(address)\";proto=http"),
            (.forwardedFor, address),
        ]
        for (name, value) in values {
            let origin = try? ClientOrigin([name: value], peer: proxy, trusted: trusted)
            try require(origin?.address == address, "\(value) is \(origin?.address ?? "nothing")")
        }
    }
}

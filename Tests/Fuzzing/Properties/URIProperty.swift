import PhoenixChannels

/// The address of an upstream and, behind a line break, the parameters for it: nothing of them can get out of its place in
/// the upgrade request.
enum URIProperty {
    static func check(_ input: [UInt8]) throws(Violation) {
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        // Certificates are loaded for wss, and are no part of what is read here.
        guard let uri = text(parts[0]), !uri.lowercased().hasPrefix("wss") else { return }
        let params = parts.count == 2 ? try? JSONText(validating: Array(parts[1]), limits: .phoenix) : nil
        guard let endpoint = try? Endpoint(uri: uri, params: params ?? .emptyObject) else { return }
        for text in [endpoint.host, endpoint.target, endpoint.authority, endpoint.display] {
            try require(!text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(text.debugDescription)")
        }
        try require(endpoint.host.utf8.allSatisfy { !"[]/?#@".utf8.contains($0) }, "the host is \(endpoint.host)")
        try require((1...65_535).contains(endpoint.port), "the port is \(endpoint.port)")
        try require(endpoint.target.hasPrefix("/") && endpoint.target.hasSuffix("vsn=2.0.0"), endpoint.target)
        try require(!endpoint.target.contains("#"), "\(endpoint.target) has a fragment")
        try require(!endpoint.display.contains("?"), "\(endpoint.display) has a query")
        let again = try required(try? Endpoint(uri: endpoint.display), "\(endpoint.display) isn't taken")
        try require(again.host == endpoint.host && again.port == endpoint.port, "\(endpoint.display) leads elsewhere")
        try require(again.display == endpoint.display, "\(endpoint.display) shows as \(again.display)")
    }
}

/// The proxies whose word is taken for who a client is and what it asked for; none to begin with.
package struct TrustedProxies: Sendable, Equatable {
    /// An address, a block of them, or `loopback`.
    package struct Entry: Sendable, Equatable {
        fileprivate static let loopback = "loopback"

        /// As it is written.
        package let text: String
        fileprivate let blocks: [IPAddressBlock]

        /// Reads one; nil for what is none.
        package init?(_ text: String) {
            if text == Self.loopback {
                (self.text, blocks) = (text, ["127.0.0.0/8", "::1"].compactMap { IPAddressBlock($0) })
            } else {
                guard let block = IPAddressBlock(text) else { return nil }
                (self.text, blocks) = (block.description, [block])
            }
        }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    func contains(_ address: IPAddress) -> Bool {
        entries.contains { $0.blocks.contains { $0.contains(address) } }
    }
}

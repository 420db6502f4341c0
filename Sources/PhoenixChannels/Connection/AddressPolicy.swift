/// Which addresses a websocket may be opened to, whatever the name in its uri.
///
/// It is asked about the very addresses that a look-up gave, and those are then connected to, so that a name which leads
/// elsewhere a moment later (DNS rebinding) leads nowhere.
package struct AddressPolicy: Sendable, Hashable {
    /// Whether all that are global may be.
    package let allowsGlobal: Bool
    /// The others that may be.
    package let blocks: [AddressBlock]

    package init(allowsGlobal: Bool, blocks: [AddressBlock]) {
        self.allowsGlobal = allowsGlobal
        self.blocks = blocks
    }

    package func allows(_ address: NetworkAddress) -> Bool {
        allowsGlobal && address.isGlobal || blocks.contains { $0.contains(address) }
    }
}

/// Why tokens or keys can't be taken as they are; names the file and the entry, and no token, hash or key.
package struct AccessError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

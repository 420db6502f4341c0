/// Why a server could not be started.
package struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The host isn't a literal address.
        case badAddress
        /// The address is taken, not ours, or not allowed; or there are no descriptors left.
        case cannotListen
    }

    package let code: Code
    package let description: String
}

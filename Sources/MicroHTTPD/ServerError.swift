import Glibc

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

    /// What the system has refused last, and why.
    static func last(_ refused: String) -> ServerError {
        let reason = unsafe errno == 0 ? "the reason is not known" : String(cString: strerror(errno))
        return ServerError(code: .cannotListen, description: "\(refused): \(reason)")
    }
}

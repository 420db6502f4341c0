package import HTTPCore
import HTTPTypes

/// What a request says its body is.
package struct MediaType: Sendable {
    /// Type and subtype in lower case, without parameters; empty when the request names none.
    package let name: String

    package static func of(_ request: Request) -> MediaType {
        let value = request.headers.value(of: .contentType) ?? ""
        // What nearly all say has nothing to take off.
        guard !value.isEmpty, value != "application/json" else { return MediaType(name: value) }
        let essence = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
        return MediaType(name: essence.lowercased())
    }

    /// Whether the body is read as JSON: also without a type, and with the form's type that plain `curl -d` sends.
    package var isJSON: Bool {
        switch name {
        case "", "application/json", "application/x-www-form-urlencoded": true
        default: name.hasSuffix("+json")
        }
    }

    package var isBinary: Bool { name == "application/octet-stream" }
}

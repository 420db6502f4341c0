import HTTPCore
import HTTPTypes

/// Whether a request takes a binary reply as its bytes.
enum BinaryAcceptance {
    /// Whether `Accept` names `application/octet-stream`, with another weight than 0 (RFC 9110 section 12.5.1).
    ///
    /// A wildcard doesn't: what sends it reads JSON, as every other answer is.
    static func of(_ request: Request) -> Bool {
        request.headers[values: .accept].flatMap { $0.split(separator: ",") }.contains { range in
            let parts = range.lowercased().split(separator: ";").map { part in part.filter { $0 != " " && $0 != "\t" } }
            guard parts.first == "application/octet-stream" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && $0.allSatisfy { !("1"..."9").contains($0) } }
        }
    }
}

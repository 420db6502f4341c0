import HTTPCore
import HTTPTypes
package import Logging

/// A record for each request that is over, with nothing secret in it: no payloads, tokens, query values, topics or names,
/// and of a session's id the node and six characters.
package struct AccessLog: Sendable {
    /// What probes and scrapers ask for, again and again.
    private static let quietRoutes: Set<String> = ["/livez", "/readyz", "/metrics"]
    /// No method that is known is as long.
    private static let maxMethod = 16

    private let logger: Logger

    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Writes the record, of a route with this template; `find` knows sessions by their names.
    func write(_ record: RequestRecord, route: String, _ find: (_ name: String) -> SessionID?) {
        let level: Logger.Level = Self.quietRoutes.contains(route) ? .debug : .notice
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "Request", metadata: Self.metadata(record, route, find))
    }

    private static func metadata(
        _ record: RequestRecord, _ route: String, _ find: (_ name: String) -> SessionID?
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            LogKey.requestID: "\(record.requestID)", LogKey.route: "\(route)",
            LogKey.method: "\(record.method?.rawValue.prefix(maxMethod).description ?? "none")",
            LogKey.bytes: .stringConvertible(record.bodyBytes),
            LogKey.duration: .seconds(record.duration), LogKey.wait: .seconds(record.wait),
            LogKey.work: .seconds(record.work),
        ]
        // A number or nothing: those who index records by a type take no word beside it.
        metadata[LogKey.status] = record.status.map { .stringConvertible($0.code) }
        if let client = record.client { metadata[LogKey.client] = "\(client)" }
        if let principal = record.principal { metadata[LogKey.principal] = "\(principal)" }
        if let trace = TraceContext(record.requestHeaders) { metadata[LogKey.traceID] = "\(trace.traceID)" }
        if let session = session(record, route, find) { metadata[LogKey.session] = "\(session)" }
        return metadata
    }

    /// The session that the request has named, by its id or its name, or made.
    private static func session(
        _ record: RequestRecord, _ route: String, _ find: (_ name: String) -> SessionID?
    ) -> String? {
        let slash = UInt8(ascii: "/")
        let path = record.target.prefix { $0 != UInt8(ascii: "?") }.split(separator: slash)
        let made = record.responseHeaders[.location].map { Array($0.utf8).split(separator: slash) } ?? []
        for segment in path + made {
            if let short = SessionID.short(segment) { return short }
        }
        let template = route.split(separator: "/")
        guard let place = template.firstIndex(of: "{id}") else { return nil }
        // What stands before the template is the base path.
        let index = path.count - template.count + place
        guard path.indices.contains(index) else { return nil }
        return find(String(decoding: path[index], as: UTF8.self))?.short
    }
}

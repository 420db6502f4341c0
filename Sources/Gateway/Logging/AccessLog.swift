import HTTPCore
import HTTPTypes
package import Logging

/// A record for each request that is over, with nothing secret in it: no payloads, tokens, query values, topics or names,
/// and of a session's id the node and six characters.
package struct AccessLog: Sendable {
    /// The keys of its metadata.
    private enum Key {
        static let requestID = "request_id"
        static let client = "client"
        static let method = "method"
        static let route = "route"
        static let status = "status"
        static let bytes = "bytes"
        static let duration = "duration"
        static let wait = "wait"
        static let work = "work"
        static let traceID = "trace_id"
        static let session = "session"
    }

    /// What probes and scrapers ask for, again and again.
    private static let quietRoutes: Set<String> = ["/livez", "/readyz", "/metrics"]
    /// No method that is known is as long.
    private static let maxMethod = 16

    private let logger: Logger

    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Writes the record, of a route with this template.
    func write(_ record: RequestRecord, route: String) {
        let level: Logger.Level = Self.quietRoutes.contains(route) ? .debug : .notice
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "Request", metadata: Self.metadata(record, route))
    }

    private static func metadata(_ record: RequestRecord, _ route: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            Key.requestID: "\(record.requestID)", Key.route: "\(route)",
            Key.method: "\(record.method?.rawValue.prefix(maxMethod).description ?? "none")",
            Key.bytes: .stringConvertible(record.bodyBytes),
            Key.duration: seconds(record.duration), Key.wait: seconds(record.wait), Key.work: seconds(record.work),
        ]
        // A number or nothing: those who index records by a type take no word beside it.
        metadata[Key.status] = record.status.map { .stringConvertible($0.code) }
        if let client = record.client { metadata[Key.client] = "\(client)" }
        if let trace = TraceContext(record.requestHeaders) { metadata[Key.traceID] = "\(trace.traceID)" }
        if let session = session(record) { metadata[Key.session] = "\(session)" }
        return metadata
    }

    /// To the microsecond.
    private static func seconds(_ duration: Duration) -> Logger.MetadataValue {
        .stringConvertible((duration / .microseconds(1)).rounded() / 1e6)
    }

    /// The session that the request has named by its id, or made.
    private static func session(_ record: RequestRecord) -> String? {
        let path = record.target.prefix { $0 != UInt8(ascii: "?") }
        let made = record.responseHeaders[.location].map { Array($0.utf8)[...] } ?? []
        for segment in path.split(separator: UInt8(ascii: "/")) + made.split(separator: UInt8(ascii: "/")) {
            if let short = SessionID.short(segment) { return short }
        }
        return nil
    }
}

import Logging

/// The keys of the gateway's records: each means the same in all of them.
enum LogKey {
    static let attempt = "attempt"
    static let bytes = "bytes"
    static let cause = "cause"
    static let client = "client"
    static let code = "code"
    static let connectedFor = "connected_for"
    static let connection = "connection"
    static let downFor = "down_for"
    static let duration = "duration"
    static let endpoint = "endpoint"
    static let kind = "kind"
    static let method = "method"
    static let principal = "principal"
    static let reason = "reason"
    static let requestID = "request_id"
    static let retryIn = "retry_in"
    static let route = "route"
    static let session = "session"
    static let sessions = "sessions"
    static let status = "status"
    static let traceID = "trace_id"
    static let uri = "uri"
    static let wait = "wait"
    static let work = "work"
}

extension Logger.MetadataValue {
    /// A time in seconds, to the microsecond: a number where records are JSON.
    static func seconds(_ duration: Duration) -> Logger.MetadataValue {
        .stringConvertible((duration / .microseconds(1)).rounded() / 1e6)
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels

/// The session as its users see it.
extension SessionState {
    /// The answer to the request that made it: its cursor is the log's start.
    func created(_ status: HTTPResponse.Status) -> Response {
        .json(json(since: log.cursor(0)), status: status, headers: [.location: url])
    }

    var url: String { "\(basePath.prefix)/sessions/\(id)" }

    /// What a request is told that comes when the session has ended.
    func sessionEnded(_ reason: EndReason) -> Problem { .sessionEnded(reason, name: name, under: basePath) }

    /// For whoever has just named the session.
    var json: [UInt8] { json(expiresIn: idleTimeout) }

    /// For a request that has caused something: its `cursor` is from before that.
    func json(since cursor: Cursor) -> [UInt8] { json(expiresIn: idleTimeout, since: cursor) }

    func json(expiresIn: Duration, since cursor: Cursor? = nil) -> [UInt8] {
        var writer = JSONObjectWriter(reserving: 512)
        writer.add("id", id.description)
        writer.add("url", url)
        if let name { writer.add("name", name) } else { writer.addNull("name") }
        writer.add("state", word)
        // Where an endpoint is, is the operator's affair.
        if let endpoint = spec.parts.endpointName {
            writer.addNull("uri")
            writer.add("endpoint", endpoint)
        } else {
            writer.add("uri", spec.endpoint.display)
            writer.addNull("endpoint")
        }
        writer.add("topics", array: topicList)
        writer.add("cursor", (cursor ?? log.latest).description)
        writer.add("oldest", log.oldest.description)
        writer.add("log", json: logJSON)
        writer.add("expires_in", expiresIn)
        if let upstream = upstreamJSON { writer.add("upstream", json: upstream) } else { writer.addNull("upstream") }
        return writer.finish()
    }

    /// Each topic, in the order in which they were first named.
    var topicList: [[UInt8]] {
        topicOrder.compactMap { name in topics[name]?.json(name) }
    }

    private var logJSON: [UInt8] {
        var writer = JSONObjectWriter()
        writer.add("entries", log.count)
        writer.add("bytes", log.bytes)
        writer.add("max_entries", log.limits.maxEntries)
        writer.add("max_bytes", log.limits.maxBytes)
        writer.add("max_age", log.limits.maxAge)
        writer.add("overflow", log.limits.overflow.rawValue)
        return writer.finish()
    }

    /// Why there is no connection; nil while there is one, or may soon be.
    var upstreamJSON: [UInt8]? {
        guard case .disconnected(let cause, let retryIn) = phase else { return nil }
        var writer = JSONObjectWriter()
        switch cause {
        case .lost(let end):
            writer.add("cause", end.cause.rawValue)
            if let code = end.code { writer.add("code", code) } else { writer.addNull("code") }
            writer.add("reason", end.reason)
        case .connectFailed(let error):
            writer.add("cause", "connect_failed")
            if case .refused(let refusal) = error { writer.add("status", refusal.status) }
            writer.add("reason", error.words)
        }
        if let retryIn { writer.add("retry_in", retryIn) } else { writer.addNull("retry_in") }
        return writer.finish()
    }
}

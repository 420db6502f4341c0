import HTTPCore
import HTTPTypes
import PhoenixChannels

/// The bodies of what pushes and leaves are answered.
extension Response {
    static let noContent = Response(status: .noContent)

    /// A topic is left; `cursor` is the log's position before that.
    static func left(since cursor: Cursor) -> Response {
        Response(status: .noContent, headers: [.slipgateCursor: cursor.description])
    }

    /// A push was sent, and its reply can be asked for.
    static func accepted(ref: String, cursor: Cursor, session url: String) -> Response {
        var writer = JSONObjectWriter()
        writer.add("ref", ref)
        writer.add("cursor", cursor.description)
        writer.add("reply_url", "\(url)/replies/\(ref)")
        return .json(writer.finish(), status: .accepted)
    }

    /// A push's reply, to the request that pushed; with the push's name, and the log's position before it.
    static func reply(_ reply: Reply, ref: String, cursor: Cursor) -> Response {
        var writer = JSONObjectWriter()
        writer.add(reply)
        writer.add("ref", ref)
        writer.add("cursor", cursor.description)
        return .json(writer.finish())
    }

    /// A push's reply, to a call.
    static func reply(toCall reply: Reply) -> Response {
        var text = JSONObjectWriter(textReserving: 256)
        text.append(#"{"reply":"#)
        text.addObject { $0.add(reply) }
        text.append("}")
        return .json(text.bytes)
    }

    /// A binary reply as its bytes, the rest in headers.
    static func bytes(_ data: [UInt8], status: String, _ push: (ref: String, cursor: Cursor)?) -> Response {
        var headers: HTTPFields = [.contentType: "application/octet-stream", .slipgateStatus: status]
        if let push {
            headers[.slipgateRef] = push.ref
            headers[.slipgateCursor] = push.cursor.description
        }
        return Response(status: .ok, headers: headers, body: data)
    }

    /// A push's reply as a resource, out of its entry in the log.
    static func replyResource(_ entry: LogEntry, ref: String) -> Response {
        var writer = JSONObjectWriter()
        writer.add("ref", ref)
        writer.add("topic", entry.topic ?? "")
        if let reply = entry.reply?.reply { writer.add(reply) }
        writer.add("at", Timestamp.format(milliseconds: entry.at))
        return .json(writer.finish())
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels

/// How a request wants a reply answered.
package struct ReplyForm: Sendable {
    enum Kind: Sendable {
        /// `POST …/push?wait`: the reply, an `error` as a problem unless told otherwise.
        case push(errorsAre200: Bool)
        /// `GET …/replies/{ref}`: the reply as a resource.
        case resource
    }

    let kind: Kind
    /// Whether a binary reply comes as its bytes, and not in JSON.
    let takesBinary: Bool

    /// To a push.
    package static func push(errorsAre200: Bool = false, takesBinary: Bool = false) -> ReplyForm {
        ReplyForm(kind: .push(errorsAre200: errorsAre200), takesBinary: takesBinary)
    }

    /// As a resource.
    package static func resource(takesBinary: Bool) -> ReplyForm {
        ReplyForm(kind: .resource, takesBinary: takesBinary)
    }

    /// The answer out of a reply's entry in the log; `cursor` is the log's position before the push.
    func response(_ entry: LogEntry, ref name: String, cursor: Cursor) throws(Problem) -> Response {
        guard let reply = entry.reply?.reply else { throw .replyForgotten(ref: name) }
        if let refusal = refusal(entry, ref: name, cursor: cursor) { throw refusal }
        if takesBinary, case .binary(let data) = reply.response {
            return .bytes(data, status: reply.status, ref: name, cursor: cursor)
        }
        switch kind {
        case .push: return .reply(reply, ref: name, cursor: cursor)
        case .resource: return .replyResource(entry, ref: name)
        }
    }

    /// What a reply's entry is to be answered with as a problem; nil where it is none.
    func refusal(_ entry: LogEntry, ref name: String, cursor: Cursor) -> Problem? {
        guard case .push(errorsAre200: false) = kind, let reply = entry.reply?.reply, reply.status == "error" else {
            return nil
        }
        return .pushRejected(ref: name, cursor: cursor, reply)
    }
}

import HTTPCore
import HTTPTypes
import PhoenixChannels

/// How a request wants a reply answered.
package struct ReplyForm: Sendable {
    enum Kind: Sendable {
        /// `POST …/push?wait`: the reply, an `error` as a problem unless told otherwise.
        case push(errorsAre200: Bool)
        /// `POST /call`: the same, without the names that only a session's user can do something with.
        case call(errorsAre200: Bool)
        /// `/listen`: an `error` ends it, and nothing else of the reply is answered.
        case listener
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

    /// To a call.
    static func call(errorsAre200: Bool, takesBinary: Bool) -> ReplyForm {
        ReplyForm(kind: .call(errorsAre200: errorsAre200), takesBinary: takesBinary)
    }

    /// To who listens.
    static let listener = ReplyForm(kind: .listener, takesBinary: false)

    /// As a resource.
    package static func resource(takesBinary: Bool) -> ReplyForm {
        ReplyForm(kind: .resource, takesBinary: takesBinary)
    }

    /// The answer out of a reply's entry in the log; `cursor` is the log's position before the push.
    func response(_ entry: LogEntry, ref name: String, cursor: Cursor) throws(Problem) -> Response {
        guard let reply = entry.reply?.reply else { throw .replyForgotten(ref: name, cursor: cursor) }
        if let refusal = refusal(entry, ref: name, cursor: cursor) { throw refusal }
        if takesBinary, case .binary(let data) = reply.response {
            let place: (ref: String, cursor: Cursor)? = if case .call = kind { nil } else { (name, cursor) }
            return .bytes(data, status: reply.status, place)
        }
        switch kind {
        case .push: return .reply(reply, ref: name, cursor: cursor)
        case .call, .listener: return .reply(toCall: reply)
        case .resource: return .replyResource(entry, ref: name)
        }
    }

    /// What a reply's entry is to be answered with as a problem; nil where it is none.
    func refusal(_ entry: LogEntry, ref name: String, cursor: Cursor) -> Problem? {
        guard !takesErrors, let reply = entry.reply?.reply, reply.status == "error" else { return nil }
        let isOptional = if case .listener = kind { false } else { true }
        return .pushRejected(ref: name, cursor: cursor, reply, isOptional: isOptional)
    }

    /// Whether it is asked for by who has pushed before.
    var isResource: Bool {
        switch kind {
        case .resource: true
        case .push, .call, .listener: false
        }
    }

    /// Whether a reply of status `error` is answered like any other.
    private var takesErrors: Bool {
        switch kind {
        case .push(let errorsAre200), .call(let errorsAre200): errorsAre200
        case .listener: false
        case .resource: true
        }
    }
}

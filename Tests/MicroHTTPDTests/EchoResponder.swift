import Dispatch
import HTTPCore
import HTTPTypes
import Synchronization

/// Answers with what it was asked, but for some paths.
///
/// `/hold` is a promise that the test keeps, as a read's; `/act` the same as a push's, `/rude` as one that doesn't look
/// whether there is room; `/late` is kept at once from another thread; `/stream` writes what the test writes; `/upload`
/// takes its body piece by piece; `/get` and `/` take GET alone; a body to `/refused` is refused by its head; `/later` is
/// let in when the test says so; `/large` has a body that no socket takes at once. An answer to a request with an `Origin`
/// says so in `Vary`; `/block` keeps its worker's thread until the test lets it go.
final class EchoResponder: Responder {
    let promises = Mutex<[ResponsePromise]>([])
    let streams = Mutex<[ResponseStream]>([])
    let uploads = Mutex<[Upload]>([])
    let abandoned = Atomic<Int>(0)
    /// What a stream of `/stream` holds at the most.
    static let streamBuffer = 1_000

    /// Bytes of the answer to `/large`: more than the sockets of both sides hold.
    static let large = 16 * 1024 * 1024
    static let forbidden = Problem("forbidden", .forbidden, title: "Not this", detail: "It is not to be had.")
    /// Requests to `/later`, and what lets them in or not.
    let admissions = Mutex<[(request: Request, keep: @Sendable (Admission) -> Void)]>([])

    /// Requests to `/block` that have come, and what lets one of them go.
    let blocked = Atomic<Int>(0)
    let unblock = DispatchSemaphore(value: 0)

    func admit(_ request: Request, hasBody: Bool, later: @escaping @Sendable (Admission) -> Void) -> Admission? {
        switch request.target.segments.first {
        case "refused" where hasBody: return .answered(Self.forbidden.response(requestID: request.id))
        case "later":
            admissions.withLock { $0.append((request, later)) }
            return nil
        default: return .admitted(request)
        }
    }

    func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response {
        var response = response
        if requestHeaders[.origin] != nil { response.headers[.vary] = "Origin" }
        return response
    }

    func respond(to request: Request) -> Answer {
        if request.method == .options { return .now(Response(status: .noContent, headers: [.allow: "GET"])) }
        switch request.target.segments.first {
        case "hold": return hold(request, while: request.occupancy == .free)
        case "act": return hold(request, while: request.occupancy != .full)
        case "rude": return hold(request, while: true)
        case "late":
            let promise = ResponsePromise(requestID: request.id)
            DispatchQueue.global().async { promise.fulfill(.text("late")) }
            return .later(promise)
        case "stream":
            let stream = ResponseStream(maxBuffered: Self.streamBuffer)
            streams.withLock { $0.append(stream) }
            return .now(
                Response(status: .ok, headers: [.contentType: "text/plain"], body: Array("begin;".utf8), stream: stream)
            )
        case "large":
            return .now(Response(status: .ok, body: [UInt8](repeating: UInt8(ascii: "x"), count: Self.large)))
        case "block":
            blocked.add(1, ordering: .relaxed)
            unblock.wait()
            return .now(.text("on it goes"))
        case "empty":
            return .now(Response(status: .noContent))
        case nil where request.method != .get && request.method != .head,
            "get" where request.method != .get && request.method != .head:
            return .now(
                Problem("method-not-allowed", .methodNotAllowed, title: "Not this method", detail: "GET only.")
                    .with(header: .allow, "GET").response(requestID: request.id))
        default:
            let query = request.target.query.map { "\($0.name)=\($0.value)" }
            let head = [request.method.rawValue] + request.target.segments + query
            return .now(.text(head.joined(separator: " ") + "\n" + String(decoding: request.body, as: UTF8.self)))
        }
    }

    func receiver(for request: Request) -> (any BodyReceiver)? {
        guard request.target.segments == ["upload"] else { return nil }
        let upload = Upload()
        uploads.withLock { $0.append(upload) }
        return upload
    }

    private func hold(_ request: Request, while hasRoom: Bool) -> Answer {
        guard hasRoom else {
            return .now(
                Problem("capacity", .serviceUnavailable, title: "Full", detail: "No room.", retryable: true)
                    .with(header: .retryAfter, "1").response(requestID: request.id))
        }
        let promise = ResponsePromise(requestID: request.id)
        promise.onAbandon { self.abandoned.add(1, ordering: .relaxed) }
        promises.withLock { $0.append(promise) }
        return .later(promise)
    }
}

/// Counts the bytes of a body as they come; the byte `!` is refused.
final class Upload: BodyReceiver {
    struct Seen: Equatable {
        var bytes = 0
        var pieces = 0
        var isAbandoned = false
    }

    let seen = Mutex(Seen())
    let maxBytes = 3_000_000

    func receive(_ piece: [UInt8]) throws(Problem) {
        seen.withLock { seen in
            seen.bytes += piece.count
            seen.pieces += 1
        }
        if piece.contains(UInt8(ascii: "!")) {
            throw Problem("no-shouting", .unprocessableContent, title: "No shouting", detail: "Don't.")
        }
    }

    func finish() -> Answer { .now(.text("\(seen.withLock { $0.bytes })")) }

    func abandon() { seen.withLock { $0.isAbandoned = true } }
}

import Gateway
import HTTPCore
import HTTPTypes
import Logging
import PhoenixChannels
import Synchronization
import TestSupport
import Testing

/// A whole gateway in process: the test plays the HTTP clients, the Phoenix servers and the clock.
struct GatewayHarness {
    /// An answer that is there, or may come.
    final class Pending: Sendable {
        private let response = Mutex<Response?>(nil)
        let promise: ResponsePromise?

        /// `amend` is what the server does to every answer.
        init(_ answer: Answer, amend: @escaping @Sendable (Response) -> Response = { $0 }) {
            switch answer {
            case .now(let response):
                promise = nil
                self.response.withLock { $0 = amend(response) }
            case .later(let promise):
                self.promise = promise
                promise.onOutcome { outcome in
                    guard case .fulfilled(let response) = outcome else { return }
                    self.response.withLock { $0 = amend(response) }
                }
            }
        }

        var isWaiting: Bool { response.withLock { $0 == nil } }
        var status: Int? { response.withLock { $0 }?.status.code }
        var headers: HTTPFields { response.withLock { $0 }?.headers ?? [:] }
        /// Whether a problem may take its place.
        var mayBeRefused: Bool? { response.withLock { $0 }?.mayBeRefused }
        /// The rest of the body, where it is written over time.
        var stream: ResponseStream? { response.withLock { $0 }?.stream }
        var body: [UInt8] { response.withLock { $0 }?.body ?? [] }
        var text: String { String(decoding: response.withLock { $0 }?.body ?? [], as: UTF8.self) }

        var json: JSONSlice {
            ((try? JSONText(validating: Array(text.utf8), limits: .lenient)) ?? .emptyObject).slice
        }

        func string(_ name: String) -> String? { json.member(name)?.string }

        /// The client goes away.
        func hangUp() { promise?.abandon() }
    }

    let transport = ScriptedTransport()
    let time = ManualTime()
    let gateway: Gateway

    init(
        authenticator: (any Authenticator)? = nil, upstreamLogger: Logger? = nil,
        _ change: (inout GatewayConfiguration) -> Void = { _ in }
    ) {
        var configuration = GatewayConfiguration()
        change(&configuration)
        gateway = Gateway(
            configuration: configuration, transport: transport, authenticator: authenticator, time: time,
            upstreamLogger: upstreamLogger)
    }

    /// Takes all that has come of an answer whose body is written over time.
    func received(_ pending: Pending) throws -> String {
        let body = try #require(pending.stream, "\(pending.text)")
        var bytes: [UInt8] = []
        while case .bytes(let piece) = body.take(65_536) {
            bytes += piece
            time.run()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", headers: HTTPFields = [:],
        occupancy: Occupancy = .free, id: String = "r-1"
    ) throws -> Pending {
        var headers = headers
        if headers[.testHost] == nil { headers[.testHost] = "127.0.0.1:8080" }
        let request = Request(
            id: id, method: method, target: try RequestTarget(Array(target.utf8)), headers: headers,
            body: Array(body.utf8), occupancy: occupancy)
        let pending = Pending(gateway.respond(to: request)) { [gateway, headers] in gateway.amend($0, to: headers) }
        time.run()
        return pending
    }

    /// A connected session.
    func session(_ members: String = "") throws -> SessionHarness {
        let pending = try send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket"\#(members)}"#)
        let link = try #require(transport.links.last)
        link.accept()
        time.run()
        let id = try #require(pending.string("id"), "\(pending.text)")
        return SessionHarness(harness: self, id: id, link: link)
    }

    /// A session that is made by its name, connected and with its one topic joined.
    func namedSession(_ name: String, _ spec: String) throws -> SessionHarness {
        let pending = try send(.put, "/sessions/\(name)", spec)
        let link = try #require(transport.links.last)
        link.accept()
        let session = SessionHarness(harness: self, id: name, link: link)
        session.reply(1)
        #expect(pending.status == 201, "\(pending.text)")
        _ = link.sent()
        return session
    }
}

/// A session, and the Phoenix server behind it.
struct SessionHarness {
    let harness: GatewayHarness
    let id: String
    let link: ScriptedLink

    typealias Pending = GatewayHarness.Pending

    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", headers: HTTPFields = [:],
        occupancy: Occupancy = .free, request: String = "r-1"
    ) throws -> Pending {
        try harness.send(
            method, "/sessions/\(id)\(path)", body, headers: headers, occupancy: occupancy, id: request)
    }

    /// The server sends these text frames.
    func receive(_ texts: String...) {
        link.handler.transportReceived(texts.map { .text(Array($0.utf8)) })
        harness.time.run()
    }

    /// The server answers a ref of the wire.
    func reply(_ ref: Int, on topic: String = "t", joinRef: Int? = 1, status: String = "ok", _ response: String = "{}")
    {
        let joinRef = joinRef.map { "\"\($0)\"" } ?? "null"
        receive(#"[\#(joinRef),"\#(ref)","\#(topic)","phx_reply",{"response":\#(response),"status":"\#(status)"}]"#)
    }

    /// Joins, as the session's first command.
    func join(_ topic: String = "t", ref: Int = 1) throws {
        let pending = try send(.put, "/topics/\(topic)")
        reply(ref, on: topic, joinRef: ref)
        #expect(pending.status == 201)
        _ = link.sent()
    }

    /// What the log holds, as its entries' kinds.
    func kinds() throws -> [String] {
        try send(.get, "/events").json.member("events")?.elements().compactMap { $0.member("kind")?.string } ?? []
    }

    func state() throws -> String? { try send(.get, "").string("state") }
}

extension HTTPField.Name {
    static var testHost: HTTPField.Name { HTTPField.Name("Host") ?? .origin }
    static var testPrefer: HTTPField.Name { HTTPField.Name("Prefer") ?? .origin }
    static var testPreferenceApplied: HTTPField.Name { HTTPField.Name("Preference-Applied") ?? .origin }
    static var testFetchSite: HTTPField.Name { HTTPField.Name("Sec-Fetch-Site") ?? .origin }
}

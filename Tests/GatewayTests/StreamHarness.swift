import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// A client that reads a body as it is written, or doesn't.
struct StreamHarness {
    let session: SessionHarness
    let head: GatewayHarness.Pending
    let body: ResponseStream

    init(
        _ session: SessionHarness, _ path: String, accept: String, lastEventID: String? = nil,
        headers: HTTPFields = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        self.session = session
        var headers = headers
        headers[.accept] = accept
        if let lastEventID { headers[.testLastEventID] = lastEventID }
        head = try session.send(.get, path, headers: headers)
        body = try #require(head.stream, "\(head.text)", sourceLocation: sourceLocation)
    }

    /// JSON lines.
    static func lines(_ session: SessionHarness, _ path: String) throws -> StreamHarness {
        try StreamHarness(session, path, accept: "application/x-ndjson")
    }

    /// Takes all that has come, and what the gateway writes thereupon.
    func received() -> String {
        var bytes: [UInt8] = []
        while case .bytes(let piece) = body.take(65_536) {
            bytes += piece
            session.harness.time.run()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same, as JSON lines.
    func records() throws -> [JSONSlice] {
        try received().split(separator: "\n").map { try JSONText(validating: Array($0.utf8), limits: .lenient).slice }
    }

    /// The same, as what they are about: a message's event, or a record's kind.
    func words() throws -> [String] {
        try records().compactMap { $0.member("event")?.string ?? $0.member("kind")?.string }
    }
}

extension SessionHarness {
    /// The server sends a message to topic `t`, or another one.
    func push(_ event: String, _ payload: String = "{}", on topic: String = "t") {
        receive(#"["1",null,"\#(topic)","\#(event)",\#(payload)]"#)
    }

    /// A cursor behind all that is there.
    func latest() throws -> String { try #require(try send(.get, "/messages?after=latest").string("next")) }
}

extension HTTPField.Name {
    static var testLastEventID: HTTPField.Name { HTTPField.Name("Last-Event-ID") ?? .origin }
    static var testAccelBuffering: HTTPField.Name { HTTPField.Name("X-Accel-Buffering") ?? .origin }
}

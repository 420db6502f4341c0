import HTTPTypes
import Testing

@testable import HTTPCore

/// Who the client is, through proxies at 10.0.0.1, 10.0.0.2 and so on, which are trusted, and others, which are not.
@Suite struct ClientOriginTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var peer = "10.0.0.1"
        let fields: [(HeaderName, String)]
        let address: String
        /// Nil where nobody says.
        var scheme: String?
        var host = "gateway"

        var testDescription: String { "\(peer) \(fields)" }
    }

    private func origin(_ peer: String, _ fields: [(HeaderName, String)]) throws -> ClientOrigin {
        var headers: HTTPFields = [.host: "gateway"]
        for (name, value) in fields { headers.append(HTTPField(name: name.field, value: value)) }
        let trusted = TrustedProxies(["10.0.0.0/8", "loopback"].compactMap { TrustedProxies.Entry($0) })
        return try ClientOrigin(headers, peer: IPAddress(peer), trusted: trusted)
    }

    private static let xForwarded = [
        Row(fields: [(.forwardedFor, "192.0.2.1")], address: "192.0.2.1"),
        Row(
            fields: [(.forwardedFor, "192.0.2.1"), (.forwardedProto, "https"), (.forwardedHost, "a.example:8443")],
            address: "192.0.2.1", scheme: "https", host: "a.example:8443"),
        // From anybody else none of it counts.
        Row(
            peer: "192.0.2.9",
            fields: [(.forwardedFor, "127.0.0.1"), (.forwardedProto, "https"), (.forwardedHost, "localhost")],
            address: "192.0.2.9"),
        // What the client said itself stands left of it.
        Row(fields: [(.forwardedFor, "127.0.0.1, 10.0.0.9, 192.0.2.1")], address: "192.0.2.1"),
        Row(fields: [(.forwardedFor, "127.0.0.1"), (.forwardedFor, "192.0.2.1")], address: "192.0.2.1"),
        // Through several that are trusted, and some that aren't.
        Row(fields: [(.forwardedFor, "192.0.2.1, 10.0.0.2, 10.0.0.3")], address: "192.0.2.1"),
        Row(fields: [(.forwardedFor, "192.0.2.1, 192.0.2.2, 10.0.0.2")], address: "192.0.2.2"),
        Row(fields: [(.forwardedFor, "10.0.0.5,10.0.0.4")], address: "10.0.0.5"),
        // Where each adds to the lists the client's place counts, else the last.
        Row(
            fields: [
                (.forwardedFor, "127.0.0.1, 192.0.2.1, 10.0.0.2"), (.forwardedProto, "http, https, http"),
                (.forwardedHost, "localhost, a.example, b.internal"),
            ],
            address: "192.0.2.1", scheme: "https", host: "a.example"),
        Row(
            fields: [(.forwardedFor, "127.0.0.1, 192.0.2.1"), (.forwardedProto, "https")], address: "192.0.2.1",
            scheme: "https"),
        // What can't be read is nobody, and no more is read.
        Row(fields: [(.forwardedFor, "192.0.2.1, unknown")], address: "unknown"),
        Row(fields: [(.forwardedFor, "192.0.2.1, <script>, 10.0.0.2")], address: "unknown"),
        Row(fields: [(.forwardedFor, " , ,")], address: "10.0.0.1"),
        Row(fields: [(.forwardedFor, "[2001:db8::1]:443")], address: "2001:db8::1"),
        Row(fields: [(.forwardedProto, "wss")], address: "10.0.0.1"),
        Row(fields: [(.forwardedProto, "HTTPS")], address: "10.0.0.1", scheme: "https"),
        Row(peer: "::1", fields: [(.forwardedFor, "192.0.2.1")], address: "192.0.2.1"),
    ]

    private static let standard = [
        Row(
            fields: [(.forwarded, "for=192.0.2.1;proto=https;host=\"a.example:8443\"")], address: "192.0.2.1",
            scheme: "https", host: "a.example:8443"),
        Row(peer: "192.0.2.9", fields: [(.forwarded, "for=127.0.0.1;host=localhost")], address: "192.0.2.9"),
        // Nor is it read: who isn't trusted may send anything.
        Row(peer: "192.0.2.9", fields: [(.forwarded, "for=\"")], address: "192.0.2.9"),
        Row(
            fields: [(.forwarded, "for=127.0.0.1;proto=http;host=localhost, for=192.0.2.1;proto=https;host=a.example")],
            address: "192.0.2.1", scheme: "https", host: "a.example"),
        Row(
            fields: [(.forwarded, "for=192.0.2.1;proto=https"), (.forwarded, "for=10.0.0.2;proto=http")],
            address: "192.0.2.1", scheme: "https"),
        Row(fields: [(.forwarded, "for=192.0.2.1, for=_hidden, for=10.0.0.2")], address: "_hidden"),
        Row(fields: [(.forwarded, "for=192.0.2.1, for=unknown")], address: "unknown"),
        Row(fields: [(.forwarded, "for=192.0.2.1, by=_me")], address: "10.0.0.1"),
        Row(fields: [(.forwarded, "proto=https")], address: "10.0.0.1", scheme: "https"),
        // Both kinds, in agreement: what only one of them has may be the client's own word.
        Row(
            fields: [
                (.forwarded, "for=\"192.0.2.1:80\";host=localhost"), (.forwardedFor, "192.0.2.1"),
                (.forwardedProto, "https"),
            ], address: "192.0.2.1"),
        Row(
            fields: [
                (.forwarded, "for=192.0.2.1;proto=https;host=a.example"), (.forwardedFor, "192.0.2.1"),
                (.forwardedProto, "https"), (.forwardedHost, "a.example"),
            ], address: "192.0.2.1", scheme: "https", host: "a.example"),
        // A kind that doesn't say who the client is says nothing beside one that does.
        Row(fields: [(.forwarded, "host=localhost;proto=https"), (.forwardedFor, "192.0.2.1")], address: "192.0.2.1"),
    ]

    @Test(arguments: xForwarded + standard)
    func theFirstFromTheRightThatIsNoTrustedProxyIsTheClient(_ row: Row) throws {
        let origin = try origin(row.peer, row.fields)
        #expect(origin.address == row.address && origin.scheme == row.scheme && origin.host == row.host)
    }

    @Test(arguments: [
        [(HeaderName.forwarded, "for=\", for=192.0.2.1")], [(.forwarded, "for=192.0.2.1"), (.forwarded, "nonsense")],
        // A proxy that sets the one, and passes on what the client says in the other.
        [(.forwarded, "for=127.0.0.1"), (.forwardedFor, "192.0.2.1")],
        [(.forwarded, "for=192.0.2.1;host=localhost"), (.forwardedFor, "192.0.2.1"), (.forwardedHost, "a.example")],
        [(.forwarded, "for=192.0.2.1;proto=https"), (.forwardedFor, "192.0.2.1"), (.forwardedProto, "http")],
    ])
    func fieldsThatCanNotBeReadOrDifferAreRefused(_ fields: [(HeaderName, String)]) {
        let problem = #expect(throws: Problem.self) { try origin("10.0.0.1", fields) }
        #expect(problem?.code == "invalid-request" && problem?.status == .badRequest)
    }

    @Test func aPrefixThatWasTakenOffCountsFromATrustedProxyOnly() throws {
        let fields = [(HeaderName.forwardedPrefix, "/slipgate")]
        #expect(try origin("10.0.0.1", fields).strippedPrefix == "/slipgate")
        #expect(try origin("192.0.2.9", fields).strippedPrefix == nil)
    }

    @Test func withoutTrustedProxiesNobodyIsBelieved() throws {
        let headers: HTTPFields = [.forwarded: "for=\"", .forwardedFor: "192.0.2.1", .host: "gateway"]
        let origin = try ClientOrigin(headers, peer: IPAddress("127.0.0.1"), trusted: TrustedProxies())
        #expect(origin.address == "127.0.0.1" && origin.host == "gateway")
    }
}

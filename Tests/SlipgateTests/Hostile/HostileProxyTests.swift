import PhoenixChannels
import TestSupport
import Testing

/// Sends the corpus of hostile requests through the proxies: what passes them, both must understand alike.
///
/// What a proxy refuses, and how it reads what can be read in two ways, is its own affair. But where it counts other requests
/// than the gateway does, one of the gateway's answers is nobody's, or another client's.
@Suite(.timeLimit(.minutes(30))) struct HostileProxyTests {
    @Test(arguments: ProxyKind.allCases) func theGatewayServesNoRequestThatTheProxyDidNotSee(_ kind: ProxyKind)
        async throws
    {
        let gateway = try HostileGateway("--proxy-decides-access", "true", log: "json")
        let proxy = try await Proxy.start(kind, gateway: gateway.port, isImpatient: true)
        var answered: Set<String> = []
        for (index, entry) in try HostileRequest.all.get().enumerated() where entry.ending != .stay {
            // As long as the name that hidden requests have in the corpus, for the lengths that count it.
            let number = String(10_000 + index).dropFirst()
            let (marker, hidden) = ("mark\(number)", "smug\(number)")
            let bytes = try entry.replacing(hidden: hidden).bytes(session: gateway.session, marker: marker)
            let ids = Self.ids(in: try entry.replacing(hidden: hidden).send(bytes, toPort: proxy.port))
            #expect(ids.allSatisfy { $0.hasSuffix(number) }, "\(entry.description): an answer to another: \(ids)")
            #expect(answered.isDisjoint(with: ids) && Set(ids).count == ids.count, "\(entry.description): \(ids)")
            answered.formUnion(ids)
        }
        let served = try gateway.stop().split(separator: "\n")
            .compactMap {
                try JSONText(validating: Array($0.utf8), limits: .lenient).slice.member("request_id")?.string
            }
            .filter(Self.isOurs)
        #expect(Set(served).count == served.count, "a request was served twice")
        #expect(answered.isSubset(of: served))
        #expect(answered.isSuperset(of: served.filter { $0.hasPrefix("smug") }))
    }

    /// Those in the heads of what came: a proxy's own answer may have no head at all.
    private static func ids(in bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
            .compactMap { line in
                let sides = line.split(separator: ": ", maxSplits: 1)
                return sides.count == 2 && sides[0].lowercased() == "x-request-id" ? String(sides[1]) : nil
            }
            .filter(isOurs)
    }

    private static func isOurs(_ id: String) -> Bool { id.count == 8 && ["mark", "smug"].contains(id.prefix(4)) }
}

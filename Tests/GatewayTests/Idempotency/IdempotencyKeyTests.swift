import HTTPCore
import HTTPTypes
import Testing

@testable import Gateway

/// What makes two keyed requests one: digests of their parts, none of which may pass for the end of another.
@Suite struct IdempotencyKeyTests {
    private func key(
        _ target: String = "/x", _ body: String = "", key: String = "k", type: String? = nil,
        method: HTTPRequest.Method = .post
    ) throws -> IdempotencyKey {
        var headers: HTTPFields = [.testIdempotencyKey: key]
        headers[.contentType] = type
        let request = Request(
            id: "r", method: method, target: try RequestTarget(Array(target.utf8)), headers: headers,
            body: Array(body.utf8))
        return try #require(try IdempotencyKey(request, session: nil))
    }

    @Test func requestsWhosePartsAreEqualAreOne() throws {
        let (first, second) = (try key("/x?a=b&wait=1s", "body"), try key("/x?wait=2s&a=b", "body"))
        #expect(first.scope == second.scope && first.fingerprint == second.fingerprint)
    }

    @Test(arguments: [
        ("/x?a=bc", "", "/x?ab=c", ""), ("/x?a=b", "", "/x", "1:a1:b"), ("/x?a=b", "c", "/x", "1:a1:b1:c"),
        ("/x?a=b&c=d", "", "/x?c=d&a=b", ""), ("/x", "a", "/x", "b"),
    ])
    func requestsOfOtherPartsSayAnother(_ target: String, _ body: String, _ other: String, _ otherBody: String) throws {
        #expect(try key(target, body).fingerprint != key(other, otherBody).fingerprint)
        #expect(try key(target, body).scope == key(other, otherBody).scope)
    }

    @Test func anotherTypeSaysAnother() throws {
        #expect(try key(type: "text/plain").fingerprint != key().fingerprint)
    }

    @Test func anotherKeyMethodOrPathIsOfAnotherScope() throws {
        let keys = [
            try key(), try key(key: "k1"), try key("/x/y"), try key("/x%2Fy"), try key("/"), try key(method: .put),
        ]
        #expect(Set(keys.map(\.scope)).count == keys.count)
    }
}

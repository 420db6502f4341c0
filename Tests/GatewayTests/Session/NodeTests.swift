import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// A gateway that is one of several.
@Suite struct NodeTests {
    private let harness = GatewayHarness { $0.node = "east-1" }

    @Test func idsBeginWithTheNode() throws {
        let session = try harness.session()
        #expect(session.id.hasPrefix("east-1."))
        #expect(SessionID(named: session.id).node == "east-1")
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, ""), (.delete, ""), (.patch, ""), (.get, "/messages"), (.post, "/topics/t/push"),
        (.get, "/replies/x"), (.put, "/topics/t"),
    ])
    func anIdOfAnotherNodeIs421AndSaysWhose(_ method: HTTPRequest.Method, _ path: String) throws {
        let answer = try harness.send(method, "/sessions/west.4fKq0Zb1sYw8RtXv2LmNp3\(path)", "{}")
        #expect(answer.status == 421 && answer.string("code") == "wrong-node", "\(answer.text)")
        #expect(answer.string("node") == "west" && answer.json.member("retryable")?.bool == false)
    }

    @Test(arguments: [
        "east-1.4fKq0Zb1sYw8RtXv2LmNp3", "west.short", "west.4fKq0Zb1sYw8RtXv2LmNp3x", "West.4fKq0Zb1sYw8RtXv2LmNp3",
        "west.4fKq0Zb1sYw8RtXv2LmNp_", ".4fKq0Zb1sYw8RtXv2LmNp3", "a.b.4fKq0Zb1sYw8RtXv2LmNp3",
        "west.é4fKq0Zb1sYw8RtXv2LmN",
        "\(String(repeating: "a", count: 33)).4fKq0Zb1sYw8RtXv2LmNp3",
    ])
    func anyOtherIdThatNoSessionHasIs404(_ id: String) throws {
        let path = id.replacing("é", with: "%C3%A9")
        #expect(try harness.send(.get, "/sessions/\(path)").string("code") == "session-not-found")
    }

    @Test(arguments: [
        ("a", true), ("slipgate-0", true), (String(repeating: "a", count: 32), true), ("", false), ("A", false),
        ("a.b", false), ("a_b", false), ("a b", false), (String(repeating: "a", count: 33), false),
    ])
    func aNodesNameIsShortAndPlain(_ name: String, _ isValid: Bool) {
        #expect(SessionID.isNode(name) == isValid)
    }
}

import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, at its head: JSON keys are `snake_case`, in every route's answer.
@Suite struct KeysOfAnswersTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
        session.receive(#"["1",null,"t","presence_state",{"Ann":{"metas":[{"phx_ref":"a"}]}}]"#)
    }

    private static let upstream = #""uri":"ws://127.0.0.1:4000/s","topic":"t""#

    /// A request to each route that answers in JSON: its query, and its body.
    private static let requests: [String: (query: String, body: String)] = [
        "GET /sessions": ("", ""), "POST /sessions": ("?wait=0", #"{"uri":"ws://127.0.0.1:4000/s"}"#),
        "PUT /sessions/{id}": ("?wait=0", #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"u"}]}"#),
        "GET /sessions/{id}": ("", ""), "PATCH /sessions/{id}": ("", #"{"idle_timeout":"1h"}"#),
        "DELETE /sessions/{id}": ("", ""), "POST /sessions/{id}/disconnect": ("?wait=0", ""),
        "POST /sessions/{id}/connect": ("?wait=0", ""), "GET /sessions/{id}/topics": ("", ""),
        "PUT /sessions/{id}/topics/{topic}": ("", "{}"), "GET /sessions/{id}/topics/{topic}": ("", ""),
        "DELETE /sessions/{id}/topics/{topic}": ("?wait=0", ""),
        "POST /sessions/{id}/topics/{topic}/push": ("", #"{"event":"e"}"#),
        "GET /sessions/{id}/replies/{ref}": ("", ""), "GET /sessions/{id}/topics/{topic}/presence": ("", ""),
        "GET /sessions/{id}/presence": ("?topic=t", ""), "POST /sessions/{id}/join": ("?topic=t", "{}"),
        "POST /sessions/{id}/leave": ("?topic=t&wait=0", ""),
        "POST /sessions/{id}/push": ("?topic=t", #"{"event":"e"}"#),
        "GET /sessions/{id}/messages": ("", ""), "GET /sessions/{id}/topics/{topic}/messages": ("", ""),
        "GET /sessions/{id}/events": ("", ""), "DELETE /sessions/{id}/messages": ("", ""),
        "POST /sessions/{id}/await": ("", #"{"count":2}"#),
        "POST /call": ("?wait=1s", "{\(upstream),\"event\":\"e\"}"), "POST /listen": ("?wait=1s", "{\(upstream)}"),
        "GET /listen": ("?wait=1s&uri=ws://127.0.0.1:4000/s&topic=t", ""),
        "GET /livez": ("", ""), "GET /readyz": ("", ""),
    ]

    /// What the application sends, or has named itself.
    private static let passedThrough: Set<String> = ["payload", "response", "presence"]

    private func keys(_ value: JSONSlice) -> [String] {
        switch value.kind {
        case .object:
            value.members().flatMap { name, value in
                [name] + (Self.passedThrough.contains(name) ? [] : keys(value))
            }
        case .array: value.elements().flatMap { keys($0) }
        case .string, .number, .true, .false, .null: []
        }
    }

    @Test func everyKeyOfEveryAnswerIsSnakeCase() throws {
        let harness = session.harness
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        session.reply(2)
        var answers: [GatewayHarness.Pending] = []
        // Deleted last; what changes the connection or a topic comes behind what reads.
        let order = ["GET", "PUT", "PATCH", "POST", "DELETE"]
        let routes = harness.gateway.router.routes.sorted { left, right in
            (order.firstIndex(of: left.method.rawValue) ?? 0, right.template)
                < (order.firstIndex(of: right.method.rawValue) ?? 0, left.template)
        }
        for route in routes where !["/", "/metrics", "/openapi.yaml"].contains(route.template) {
            let name = "\(route.method.rawValue) \(route.template)"
            let (query, body) = try #require(Self.requests[name], "\(name)")
            let path = route.template
                .replacing("{id}", with: route.method == .put && !route.template.contains("topic") ? "n" : session.id)
                .replacing("{topic}", with: "t").replacing("{ref}", with: ref)
            answers.append(try harness.send(route.method, path + query, body))
        }
        harness.transport.links.last?.handler.transportFailed(.refused(UpgradeRefusal(status: 503, now: 0)))
        harness.time.advance(by: .seconds(60))
        #expect(answers.count == 29 && answers.allSatisfy { !$0.isWaiting })
        let all = Set(answers.flatMap { keys($0.json) })
        #expect(all.isSuperset(of: ["reply_url", "next_page_token", "expires_in", "max_entries", "retryable"]))
        #expect(all.filter { $0.contains { !$0.isASCII || !($0.isLowercase || $0 == "_") } } == [])
    }
}

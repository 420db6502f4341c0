import Foundation
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Errors": each code with its status, and whether the same request may succeed later.
@Suite struct ProblemCatalogueTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let problem: Problem
        let code: String
        let status: Int
        let isRetryable: Bool

        init(_ problem: Problem, _ code: String, _ status: Int, isRetryable: Bool = false) {
            self.problem = problem
            self.code = code
            self.status = status
            self.isRetryable = isRetryable
        }

        var testDescription: String { "\(code): \(problem.title)" }
    }

    private static let cursor = Cursor(epoch: "e", sequence: 1)
    private static let reply = Reply(status: "error", response: .json(.emptyObject))
    private static let lost = Disconnection(cause: .server, code: 1012, reason: "")

    private static func refused(_ status: Int) -> Problem {
        .connectFailed(.refused(UpgradeRefusal(status: status, now: 0)), sessionKept: true)
    }

    private static let ofRequests = [
        Row(.invalidRequest("", nil), "invalid-request", 400), Row(.invalidPattern("", at: ""), "invalid-pattern", 400),
        Row(.foreignPageToken, "invalid-request", 400), Row(.endpointNotAllowed(""), "endpoint-not-allowed", 403),
        Row(.unknownEndpoint(""), "endpoint-not-allowed", 403), Row(.addressNotAllowed, "endpoint-not-allowed", 403),
        Row(.forbidden(""), "forbidden", 403), Row(.misdirected(""), "misdirected-request", 421),
        Row(.notAcceptable(""), "not-acceptable", 406), Row(.payloadTooLarge(limit: 1), "payload-too-large", 413),
        Row(.unsupportedMediaType("", takes: ""), "unsupported-media-type", 415),
        Row(.idempotencyMismatch, "idempotency-mismatch", 422),
        Row(.tooManyRequests(""), "too-many-requests", 429, isRetryable: true),
        Row(.noToken, "unauthorized", 401), Row(.invalidToken(.expired), "unauthorized", 401),
        Row(.unreadableToken, "invalid-request", 400), Row(.insufficientScope(.read), "forbidden", 403),
        Row(.uriNotPermitted, "endpoint-not-allowed", 403),
        Row(.rateLimited(1), "rate-limited", 429, isRetryable: true),
        Row(.tooManySessions(1), "too-many-requests", 429, isRetryable: true),
        Row(.tooManyClients(1), "too-many-requests", 429, isRetryable: true),
        Row(.tooManyTokens, "capacity", 503, isRetryable: true),
    ]

    private static let ofSessions = [
        Row(.sessionNotFound(), "session-not-found", 404), Row(.wrongNode("b", here: "a"), "wrong-node", 421),
        Row(.notFound(""), "not-found", 404),
        Row(.topicNotFound("t"), "not-found", 404), Row(.noPresence("t", .wait), "not-found", 404),
        Row(.specConflict("n", member: "uri"), "spec-conflict", 409),
        Row(.sessionEnded(.deleted), "session-ended", 410), Row(.sessionEnded(.draining), "session-ended", 410),
        Row(.cursorExpired(oldest: cursor, latest: cursor), "cursor-expired", 410),
        Row(.draining, "draining", 503, isRetryable: true), Row(.capacity(1), "capacity", 503, isRetryable: true),
        Row(.tooManyWait, "capacity", 503, isRetryable: true), Row(.logsAreFull, "capacity", 503, isRetryable: true),
        Row(.poolFull, "capacity", 503, isRetryable: true), Row(.tooManyTopics(1), "too-many-topics", 503),
        Row(.awaitTimeout, "await-timeout", 504, isRetryable: true),
        Row(.disconnectTimeout, "await-timeout", 504, isRetryable: true),
        Row(.untilTimeout(.connected), "await-timeout", 504, isRetryable: true),
    ]

    private static let ofUpstreams = [
        Row(refused(400), "upstream-refused", 502), Row(refused(401), "upstream-refused", 502),
        Row(refused(404), "upstream-refused", 502), Row(refused(429), "upstream-refused", 502, isRetryable: true),
        Row(refused(500), "upstream-refused", 502, isRetryable: true),
        Row(refused(503), "upstream-refused", 502, isRetryable: true),
        Row(.connectFailed(.proxyRefused(status: 407), sessionKept: true), "upstream-refused", 502),
        Row(.connectFailed(.proxyRefused(status: 502), sessionKept: true), "upstream-refused", 502, isRetryable: true),
        Row(.connectFailed(.untrusted(reason: ""), sessionKept: true), "upstream-refused", 502),
        Row(.connectFailed(.tokenNotTaken, sessionKept: true), "upstream-refused", 502),
        Row(.connectFailed(.notAllowed, sessionKept: true), "endpoint-not-allowed", 403),
        Row(.connectFailed(.failed(reason: ""), sessionKept: true), "upstream-refused", 502, isRetryable: true),
        Row(.connectFailed(.timedOut, sessionKept: true), "connect-timeout", 504, isRetryable: true),
        Row(.connectTimeout(sessionKept: false), "connect-timeout", 504, isRetryable: true),
        Row(.notConnected("disconnected", at: "/"), "disconnected", 503, isRetryable: true),
        Row(.notConnected("disconnected", .ended, at: "/"), "disconnected", 503),
        Row(.notConnected("disconnected", .refused, at: "/"), "disconnected", 503),
        Row(.connectionLost, "disconnected", 503, isRetryable: true),
        Row(.down(.lost(lost)), "disconnected", 503),
    ]

    private static let ofTopics = [
        Row(.notJoined("t", state: nil), "not-joined", 409), Row(.joinAbandoned("t"), "not-joined", 409),
        Row(.notJoined(topic: "t", state: .left), "not-joined", 409),
        Row(.channelEnded("t", .closed), "not-joined", 409),
        Row(.channelEnded("t", .errored), "not-joined", 409, isRetryable: true),
        Row(.joinConflict("t", ""), "join-conflict", 409),
        Row(.joinFailed("t", .rejected(reply)), "join-rejected", 403),
        Row(.joinFailed("t", .unmatchedTopic(reply)), "unmatched-topic", 404),
        Row(.joinFailed("t", .tooManyChannels(reply)), "too-many-topics", 503),
        Row(.joinFailed("t", .lost(.disconnected)), "disconnected", 503, isRetryable: true),
        Row(.joinFailed("t", .malformed), "join-rejected", 403),
        Row(.joinFailed("t", .tooLarge(limit: 9)), "payload-too-large", 413),
        Row(.joinTimeout("t", sessionKept: true), "join-timeout", 504, isRetryable: true),
        Row(.leaveTimeout("t"), "leave-timeout", 504, isRetryable: true),
    ]

    private static let ofPushes = [
        Row(.pushRejected(ref: "r", cursor: cursor, reply), "push-rejected", 422),
        Row(.replyTimeout(ref: "r", cursor: cursor), "reply-timeout", 504),
        Row(.replyLost(ref: "r", cursor: cursor, .left), "reply-lost", 410),
        Row(.replyForgotten(ref: "r", cursor: cursor), "reply-lost", 410),
        Row(.drainingUnanswered(ref: "r"), "draining", 503),
        // Under a key the same request waits on, and what was not sent is sent by the next one.
        Row(.replyTimeoutUnderKey(ref: "r", cursor: cursor), "reply-timeout", 504, isRetryable: true),
        Row(.pushWithdrawn, "reply-timeout", 504, isRetryable: true),
        Row(.outcomeForgotten, "reply-lost", 410),
        Row(.replyTimeoutOfKeyedCall, "reply-timeout", 504, isRetryable: true),
        Row(.awaitTimeoutOfKeyedCall(isSent: true), "await-timeout", 504, isRetryable: true),
    ]

    /// All of them.
    static let all = ofRequests + ofSessions + ofUpstreams + ofTopics + ofPushes

    @Test(arguments: all)
    func eachProblemSaysWhetherToTryAgain(_ row: Row) throws {
        #expect(row.problem.code == row.code && row.problem.status.code == row.status)
        #expect(row.problem.retryable == row.isRetryable)
        let body = try JSONText(validating: row.problem.response(requestID: "r").body, limits: .lenient).slice
        #expect(body.member("type")?.string == "urn:slipgate:problem:\(row.code)")
        #expect(body.member("retryable")?.bool == row.isRetryable && body.member("instance")?.string == "r")
        // Who is told to come again is told when, and nobody else.
        let mayTellWhen = row.status == 429 || ["capacity", "draining"].contains(row.code)
        #expect((row.problem.response(requestID: "r").headers[.retryAfter] != nil) == (mayTellWhen && row.isRetryable))
    }

    // MARK: The codes

    private static let contract: Set<String> = [
        "invalid-request", "invalid-pattern", "endpoint-not-allowed", "forbidden", "join-rejected", "not-found",
        "session-not-found", "unmatched-topic", "method-not-allowed", "not-acceptable", "not-joined", "join-conflict",
        "spec-conflict", "session-ended", "cursor-expired", "reply-lost", "payload-too-large",
        "unsupported-media-type", "expectation-failed", "misdirected-request", "push-rejected",
        "idempotency-mismatch", "too-many-requests", "rate-limited", "unauthorized", "upstream-refused", "disconnected",
        "draining", "capacity", "too-many-topics", "wrong-node", "connect-timeout", "join-timeout", "leave-timeout",
        "reply-timeout", "await-timeout",
    ]

    /// Of faults, and of what the server refuses before a request is one.
    private static let others: Set<String> = ["internal", "headers-too-large", "request-timeout"]

    /// All codes that answers may have.
    static var codes: Set<String> { contract.union(others) }

    @Test func everyCodeIsInTheDocument() throws {
        let document = try String(contentsOf: Slipgate.root.appending(path: "openapi.yaml"), encoding: .utf8)
        let codes = Self.contract.union(["headers-too-large", "request-timeout"])
        #expect(codes.filter { !document.contains("`\($0)`") } == [])
    }

    @Test func everyCodeOfTheContractIsInTheCodeAndNoOther() throws {
        var codes: Set<String> = []
        let sources = Slipgate.root.appending(path: "Sources")
        for module in ["Gateway", "HTTPCore", "MicroHTTPD"] {
            let folder = sources.appending(path: module)
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            for case let file as URL in try #require(files) where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                codes.formUnion(text.matches(of: /Problem\(\s*"([a-z-]+)"/).map { String($0.output.1) })
            }
        }
        #expect(Self.contract.subtracting(codes) == [], "nobody answers them")
        #expect(codes.subtracting(Self.contract).subtracting(Self.others) == [], "not the contract's")
    }
}

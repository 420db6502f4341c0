import HTTPCore
import HTTPTypes
import PhoenixChannels
import Testing

@testable import Gateway

/// api.md, "One request" and "Errors": whatever goes wrong with a call, its words are of calls.
@Suite struct CallWordsTests {
    /// What only a request that names a session is told, or one that hasn't become a call.
    private static let ofOthers: Set<String> = [
        "session-not-found", "not-found", "spec-conflict", "cursor-expired", "leave-timeout", "wrong-node",
    ]

    private static func isOfCalls(_ row: ProblemCatalogueTests.Row) -> Bool {
        !ofOthers.contains(row.code) && row.problem != .tooManySessions(1)
    }

    private static let words = [
        "session", "get ", "put ", "patch", "post ", "delete ", "path", "replies/", "/connect", "after=", "'after'",
        "'next'", "?join", "without wait",
    ]

    @Test(arguments: ProblemCatalogueTests.all.filter(isOfCalls))
    func aCallIsToldNothingOfSessions(_ row: ProblemCatalogueTests.Row) throws {
        for stage in [Call.Stage.connect, .join, .push, .reply, .await] {
            let problem = row.problem.ofCall(stage)
            for said in [problem.title, problem.detail] {
                for word in Self.words { #expect(!said.lowercased().contains(word), "\(row.code): \(said)") }
            }
            for name in ["ref", "cursor", "next", "oldest", "latest"] {
                #expect(!problem.members.contains { $0.name == name })
            }
            let body = try JSONText(validating: problem.response(requestID: "r").body, limits: .lenient).slice
            #expect(body.member("stage")?.string == stage.rawValue)
            #expect(problem.code == row.code && problem.status.code == row.status)
        }
    }

    @Test func onlyWhatHasSentNothingMayBeRepeatedWithoutAKey() {
        let lost = Problem.down(.lost(Disconnection(cause: .server, code: 1012, reason: "")), sessionKept: false)
        let closed = Problem.channelEnded("t", .closed)
        for problem in [lost, closed] {
            #expect(problem.ofCall(.await).retryable)
            let sent = problem.afterSending.ofCall(.await)
            #expect(!sent.retryable && !sent.detail.contains("repeat"), "\(sent.detail)")
        }
    }
}

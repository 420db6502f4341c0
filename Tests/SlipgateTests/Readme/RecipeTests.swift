import Foundation
import TestSupport
import Testing

/// The README's recipes, run as printed.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RecipeTests {
    private struct Recipe {
        let program: ReadmeSection.Block
        /// What is done in another shell while it runs.
        let asides: [ReadmeSection.Step]
        let printed: String

        var lines: [String] { printed.split(separator: "\n").map { ReadmeSection.masked(String($0)) } }

        init(_ heading: String, _ language: String) throws {
            let section = try ReadmeSection(heading)
            program = try #require(section.blocks.first { $0.language == language })
            printed = try #require(section.blocks.first { $0.language == "text" }).text
            asides = section.steps
        }
    }

    /// Runs one that ends by itself.
    private func runToEnd(_ heading: String, _ language: String) throws {
        let recipe = try Recipe(heading, language)
        let program = try RecipeProgram(recipe.program, ReadmeDemo())
        let printed = try program.readToEnd()
        #expect(ReadmeSection.masked(printed) == ReadmeSection.masked(recipe.printed))
        #expect(program.waitForExit() == 0)
    }

    @Test func oneCallIsAnsweredWithTheReplyOrTheMatch() throws {
        let steps = try ReadmeSection("### One call").steps
        #expect(steps.count == 2)
        try ReadmeDemo().run(steps)
    }

    @Test func pushAndWaitTellsTheReplyAndTheRefusal() throws {
        try runToEnd("### Push and wait", "bash")
    }

    @Test func watchPrintsWhatIsSaidUntilItIsEnded() async throws {
        let recipe = try Recipe("### Watch a topic", "bash")
        let demo = try ReadmeDemo()
        let program = try RecipeProgram(recipe.program, demo)
        var printed = try program.lines(1)
        try demo.run(recipe.asides)
        printed += try program.lines(recipe.lines.count - 1)
        #expect(printed.map(ReadmeSection.masked) == recipe.lines)
        try await until { try program.isAsking }
        program.end()
        #expect(try program.readToEnd() == "")
    }

    @Test func resumeMissesNothingWhenAnswersAreLostAndItIsRunAgainAndStopsWithTheSession() throws {
        let recipe = try Recipe("### Resume after a lost response", "bash")
        let demo = try ReadmeDemo()
        let relay = try LossyRelay(to: demo.gateway)
        defer { relay.stop() }
        let first = try RecipeProgram(recipe.program, demo, gateway: relay.port)
        var printed = try first.lines(1)
        try demo.run(recipe.asides)
        printed += try first.lines(recipe.lines.count - 1)
        #expect(printed == recipe.lines)

        // What is said for as long as it is cut off, ended, and run again.
        let session = try String(contentsOf: demo.folder.appending(path: "session"), encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        let client = try HTTPTestClient(port: demo.gateway)
        let counter = #"{"event":"counter","payload":{"interval_ms":200}}"#
        let push = try client.request("POST", "\(session)/topics/rooms:resume/push", body: counter)
        #expect(push.status == 202)
        printed = try first.lines(4)
        first.end()
        // bash may say that it was ended.
        printed += try first.lines().filter { $0.hasPrefix("tick ") }

        let second = try RecipeProgram(recipe.program, demo, gateway: relay.port)
        #expect(try second.lines(1).map(ReadmeSection.masked).first?.hasPrefix("reading after EPOCH-") == true)
        printed += try second.lines(8)
        #expect(try client.request("DELETE", session).status == 204)
        var rest = try second.lines()
        #expect(rest.popLast()?.hasPrefix("session-ended: ") == true)
        #expect(second.waitForExit() == 1)
        let third = try RecipeProgram(recipe.program, demo)
        #expect(try third.lines(1) == ["reading after oldest"])
        third.end()

        // Killed between the two, it prints a page once more.
        var seen: Set<String> = []
        let ticks = (printed + rest).filter { seen.insert($0).inserted }
        #expect(ticks == (1...ticks.count).map { #"tick {"seq":\#($0)}"# })
        #expect(relay.losses >= 4)
    }

    @Test func aRunFromCronPrintsWhatWasSaidSinceTheLastAndBeginsAnewWithTheSession() throws {
        let recipe = try Recipe("### Cron with a named session", "bash")
        let demo = try ReadmeDemo()
        func run() throws -> [String] {
            let program = try RecipeProgram(recipe.program, demo)
            let lines = try program.lines()
            #expect(program.waitForExit() == 0)
            return lines
        }
        #expect(try run() == [])
        try demo.run(recipe.asides)
        let client = try HTTPTestClient(port: demo.gateway)
        let told = try client.request("POST", "/sessions/digest/await", body: #"{"event":"shout"}"#)
        #expect(told.status == 200, "\(told.text)")
        #expect(try run() == recipe.lines)
        #expect(try run() == [])
        #expect(try client.request("DELETE", "/sessions/digest").status == 204)
        #expect(try run() == ["the session was made anew: what was said before is lost"])
        #expect(try run() == [])
    }

    @Test func pythonAsksAndHears() throws { try runToEnd("### Python", "python") }

    @Test func nodeFollowsAStream() throws { try runToEnd("### Node", "js") }
}

import Foundation
import TestSupport
import Testing

/// The README's named endpoint: its file, its secret, its call.
@Suite(.timeLimit(.minutes(10))) struct ReadmeEndpointTests {
    @Test func theEndpointOfTheReadmeAnswersItsCall() throws {
        let section = try ReadmeSection("### Named endpoints")
        #expect(section.blocks.map(\.language) == ["yaml", "text", "sh", "json"])
        let demo = try ReadmeDemo()
        let folder = TemporaryFolder()
        let file = try folder.write(demo.readdressed(section.blocks[0].text), to: "slipgate.yaml")
        let command = section.blocks[1].text.split(separator: " ").map(String.init)
        #expect(Array(command.dropFirst()) == ["slipgate", "serve", "--config", "slipgate.yaml\n"])
        let variable = command[0].split(separator: "=").map(String.init)
        let gateway = try Slipgate(
            "serve", "--port", "0", "--config", file, environment: [variable[0]: variable[1]])
        try demo.run(section.steps, gateway: gateway.port())
    }
}

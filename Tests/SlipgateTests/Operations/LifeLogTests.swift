import Foundation
import Gateway
import TestSupport
import Testing

/// The lines of the program's own life, in the format that is configured.
@Suite(.timeLimit(.minutes(10))) struct LifeLogTests {
    private func names(_ record: [String: Any]) -> Set<String> {
        Set(record.keys).subtracting(["time", "level", "logger"])
    }

    @Test func startListenersReloadDrainAndEndHaveALineEach() throws {
        let gateway = try Slipgate(
            "serve", "--port", "0", "--admin-port", "0", "--node", "n1", "--base-path", "/b", "--log-format", "json",
            "--drain-delay", "10ms", "--drain-timeout", "10m", lines: 2)
        let port = try gateway.port()
        let admin = try gateway.port(1)
        gateway.signal(SIGTERM)
        let records = try LogProcessTests.records(gateway.waitForErrors())
        #expect(
            records.map { $0["message"] as? String } == ["Starting", "Listening", "Listening", "Draining", "Stopped"])
        #expect(records.allSatisfy { $0["level"] as? String == "notice" && $0["logger"] as? String == "slipgate" })
        try #require(records.count == 5)
        #expect(records[0]["version"] as? String == Build.version && records[0]["node"] as? String == "n1")
        #expect(records[0]["pid"] as? Int == Int(gateway.id))
        #expect(records[1]["address"] as? String == "http://127.0.0.1:\(port)/b")
        #expect(records[1]["serves"] as? String == "gateway")
        #expect(records[2]["address"] as? String == "http://127.0.0.1:\(admin)")
        #expect(records[2]["serves"] as? String == "health and metrics")
        #expect(records[3]["sessions"] as? Int == 0)
        #expect(records[3]["delay"] as? Double == 0.01 && records[3]["timeout"] as? Double == 600)
        #expect(names(records[4]) == ["message", "duration", "upstreams"])
        #expect(records[4]["upstreams"] as? Int == 0 && records[4]["duration"] is Double)
    }

    @Test func aReloadIsToldAlsoWhereThereIsNothingToReadAnew() async throws {
        let folder = TemporaryFolder()
        let file = folder.path("log")
        let gateway = try Slipgate("serve", "--port", "0", "--log-format", "json", errorsTo: file)
        gateway.signal(SIGHUP)
        try await until {
            try String(contentsOfFile: file, encoding: .utf8).contains(
                #""message":"There are no tokens or keys to read anew.""#)
        }
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }
}

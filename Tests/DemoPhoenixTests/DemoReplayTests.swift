import DemoPhoenix
import Foundation
import TestSupport
import Testing

/// The clients' frames of the recordings, sent to the demo server: it must answer as Phoenix did.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DemoReplayTests {
    /// These end the server's process.
    static let stopping = ["server_shutdown_graceful", "server_shutdown_sigkill", "server_shutdown_sigterm"]
    /// These tell of pauses, which are made in a test of their own.
    static let paced = ["idle_timeout_held_off_by_heartbeat", "idle_timeout_held_off_by_ws_ping"]
    static var direct: [Transcript] {
        get throws {
            try Transcript.all.filter { leftOutOfDemo[$0.name] == nil && !(stopping + paced).contains($0.name) }
        }
    }

    @Test func everyRecordingIsReplayedOrLeftOutWithAReason() throws {
        let names = Set(try Transcript.all.map(\.name))
        for (name, reason) in leftOutOfDemo.sorted(by: { $0.key < $1.key }) {
            print("not replayed against the demo: \(name): \(reason)")
            #expect(names.contains(name), "\(name) is left out, and there is no such recording")
        }
        // A new recording is replayed unless it is listed: what the demo can't answer fails below.
        #expect(names.count - leftOutOfDemo.count == 90)
        #expect(try Self.direct.count == 85)
    }

    @Test(arguments: try direct)
    func theDemoAnswersAsRecorded(_ transcript: Transcript) async throws {
        let server = try await DemoServer.start(port: 0, options: DemoOptions(hasControl: true))
        var replay = DemoReplay(port: server.port)
        do {
            try replay.follow(transcript)
            try replay.expectSilence()
        } catch {
            Issue.record("\(transcript): \(error)")
        }
        await server.shutdown()
    }

    @Test(arguments: stopping)
    func aServerThatIsStoppedEndsAsRecorded(_ name: String) throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        var replay = DemoReplay(port: try phoenix.port()) { phoenix.signal($0) }
        try replay.follow(try Transcript.named(name))
        #expect(phoenix.waitForExit() == (name.hasSuffix("sigkill") ? SIGKILL : 0))
    }
}

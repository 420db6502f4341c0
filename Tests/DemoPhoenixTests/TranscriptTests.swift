import PhoenixChannels
import Testing
import TestSupport

@Suite struct TranscriptTests {
    @Test func everyRecordingIsRead() throws {
        let all = try Transcript.all
        #expect(all.count == 102)
        #expect(all.map(\.rows.count).reduce(0, +) == 1057)
        #expect(all.allSatisfy { !$0.rows.isEmpty })
    }

    @Test func aRecordingShowsItsFramesInOrder() throws {
        let rows = try Transcript.named("join_ok").rows
        #expect(rows.map(\.direction) == [.open, .send, .recv, .note, .close])
        #expect(rows[0].url == "ws://127.0.0.1:4000/socket/websocket?vsn=2.0.0")
        #expect(rows[0].status == 101)
        #expect(rows[1].frame == .text(Array(#"["1","1","rooms:lobby","phx_join",{}]"#.utf8)))
        #expect(rows[4].code == 1000)
        #expect(rows[4].by == "client")
    }

    @Test func aBinaryFrameIsDecoded() throws {
        let rows = try Transcript.named("binary_malformed").rows
        #expect(rows[3].frame == .binary([0, 1, 2]))
        #expect(rows[3].text == nil)
    }

    @Test func aRecordingThatIsNotThereIsAnError() {
        #expect(throws: TranscriptError.self) { try Transcript.named("nosuch") }
    }

    @Test func aLineThatIsNotARowIsToldWithItsNumber() {
        let error = #expect(throws: TranscriptError.self) {
            try Transcript(name: "made up", content: Array("{\"dir\":\"note\",\"t\":1}\n{\"dir\":\"no\"}\n".utf8))
        }
        #expect(error?.line == 2)
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// The recording of three clients of a real server's presence, told to a presence each.
@Suite struct PresenceReplayTests {
    @Test func theRecordedPresenceIsMergedAsItHappened() throws {
        var clients: [String: PresenceScript] = [:]
        var told: [String: [String]] = [:]
        for row in try Transcript.named("presence").rows {
            guard row.direction == .recv, let conn = row.conn, let frame = row.frame else { continue }
            let message = try V2Serializer.decode(frame, by: .server)
            var client = clients[conn] ?? PresenceScript()
            if message.event == "phx_reply", message.ref == message.joinRef { client.presence.joined() }
            if let changes = try client.presence.received(message.event, message.payload) {
                told[conn, default: []].append(contentsOf: client.words(changes))
            }
            clients[conn] = client
        }
        let (ann, annToo) = ("GOqaMyRXVOzspBYR", "GOqaMySlzSfspBaB")
        let (bob, bobAway) = ("GOqaMySC0l3spAei", "GOqaMyS-wazspBaR")
        #expect(
            told["a"] == [
                "+ann \(ann)", "synced", "+bob \(bob)", "synced", "+ann \(annToo) (\(ann))", "synced",
                "+bob \(bobAway) (\(bob))", "-bob \(bob) (\(bobAway))", "synced", "-ann \(annToo) (\(ann))", "synced",
                "-bob \(bobAway)", "synced",
            ])
        #expect(
            told["b"] == [
                "+ann \(ann)", "+bob \(bob)", "synced", "synced", "+ann \(annToo) (\(ann))", "synced",
                "+bob \(bobAway) (\(bob))", "-bob \(bob) (\(bobAway))", "synced", "-ann \(annToo) (\(ann))", "synced",
            ])
        #expect(
            told["c"] == [
                "+ann \(ann) \(annToo)", "+bob \(bob)", "synced", "+bob \(bobAway) (\(bob))",
                "-bob \(bob) (\(bobAway))",
                "synced",
            ])
        #expect(clients["a"]?.json == #"{"ann":{"metas":[{"phx_ref":"\#(ann)","status":"online"}]}}"#)
        #expect(
            clients["b"]?.json == #"{"ann":{"metas":[{"phx_ref":"\#(ann)","status":"online"}]},"#
                + #""bob":{"metas":[{"phx_ref":"\#(bobAway)","phx_ref_prev":"\#(bob)","status":"away"}]}}"#)
    }
}

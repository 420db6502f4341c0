import HTTPTypes
import TestSupport
import Testing

/// Which answers a problem may take the place of, where too much is held that clients have not read.
@Suite struct RefusableAnswersTests {
    private let harness = GatewayHarness()

    @Test func anAwaitsMayAndAPushsAndTheMetricsMayNot() throws {
        let session = try harness.session()
        try session.join()
        session.receive(#"["1",null,"t","e",{}]"#)
        let awaited = try session.send(.post, "/await", #"{"event":"e"}"#)
        #expect(awaited.status == 200 && awaited.mayBeRefused == true)
        #expect(try session.send(.get, "/messages").mayBeRefused == nil)
        // Of these nobody but the method says so.
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).mayBeRefused == nil)
        #expect(try harness.send(.get, "/metrics").mayBeRefused == false)
    }

    @Test func aCallsMayNot() throws {
        let call = try harness.send(
            .post, "/call?wait=30s", #"{"uri":"ws://127.0.0.1:4000/","topic":"t","await":{"event":"e"}}"#)
        let link = try #require(harness.transport.links.first)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#, #"["1",null,"t","e",{}]"#)
        harness.time.run()
        #expect(call.status == 200 && call.mayBeRefused == false, "\(call.text)")
    }
}

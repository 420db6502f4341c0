import PhoenixChannels
import TestSupport
import Testing

/// What Slipstream does wrong and this client doesn't, by the numbers in the article `Lessons`.
@Suite struct SlipstreamDefectTests {
    @Test(arguments: [#"["1","1","#, #"[null,"1","#]) func defect02ARefusedJoinCanBeTriedAgain(
        _ refs: String
    ) throws {
        let session = try ScriptedSession()
        try session.connection.join("t", params: .emptyObject).perform()
        _ = session.link.sent()
        session.link.receive(refs + #""t","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#)
        guard case .joinFailed(topic: "t", .unmatchedTopic, rejoin: nil) = session.delegate.take().first else {
            Issue.record("the refusal was not told")
            return
        }
        try session.join(2)
    }

    @Test func defect03OddRepliesAndCrashesLeaveTheConnectionAlive() throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.push()
        session.link.receive(
            #"["1","2","t","phx_reply",{"response":[null],"status":"weird"}]"#,
            #"["1","99","t","phx_reply",{"response":{},"status":"ok"}]"#, #"["1","99","t","phx_reply",{}]"#,
            #"["1",null,"t","phx_reply","nothing"]"#, #"["1","99","t","phx_error",{}]"#)
        let reply = Reply(status: "weird", response: .json(try JSONText("[null]")))
        #expect(
            session.delegate.take() == [
                .replied(topic: "t", ref: Ref(2), reply), .topicError(topic: "t", payload: .emptyObject),
            ])
        session.transport.advance(.seconds(1))
        session.link.receive(ScriptedSession.ok(3))
        #expect(
            session.delegate.take() == [.joined(topic: "t", response: .emptyObject, rejoin: .channelError)])
        #expect(session.link.closeCodes == [] && session.link.drops == 0)
        // What Elixir can't encode can't be written here: a payload is JSON from the beginning.
        #expect(throws: JSONError.self) { try JSONText(#"{"a":\#u{7}}"#) }
    }

    @Test(arguments: [ScriptedSession.ok(2, joinRef: 1), #"["1","1","t","phx_close",{}]"#])
    func defect11ALeaveIsDoneWithItsReplyOrTheClosesAlone(_ answer: String) throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.connection.leave("t")?.perform()
        _ = session.link.sent()
        session.link.receive(answer)
        #expect(session.delegate.take() == [.left(topic: "t")])
        try session.join(3)
    }

    @Test func defect11ANewJoinsParamsAreThoseOfItsNextJoins() throws {
        let session = try ScriptedSession()
        try session.join(1, params: #"{"a":1}"#)
        session.link.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(session.delegate.take() == [.topicClosed(topic: "t")])
        try session.join(2, params: #"{"a":2}"#)
        session.lose()
        session.link.accept()
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{"a":2}]"#])
    }
}

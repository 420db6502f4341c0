import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Model": every answer that caused something carries `cursor`, a leave's in a header where it has no body.
@Suite struct LeaveCursorTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func cursor() throws -> String { try #require(try session.send(.get, "").string("cursor")) }

    private func expectLeft(after cursor: String) throws {
        let entries = try session.send(.get, "/events?after=\(cursor)").json.member("events")?.elements()
        #expect(entries?.map { $0.member("kind")?.string }.contains("left") == true)
    }

    @Test func aLeavesCursorCannotMissWhatItCaused() throws {
        let before = try cursor()
        let leave = try session.send(.delete, "/topics/t")
        session.push("late")
        session.reply(2)
        #expect(leave.status == 204 && leave.headers[.slipgateCursor] == before)
        try expectLeft(after: before)
    }

    @Test func withoutAWaitItIsInTheBody() throws {
        let before = try cursor()
        let leave = try session.send(.post, "/leave?topic=t&wait=0")
        #expect(leave.status == 202 && leave.string("cursor") == before)
        session.reply(2)
        try expectLeft(after: before)
    }

    @Test func twoThatWaitForOneLeaveHaveEachTheirOwn() throws {
        let before = try cursor()
        let first = try session.send(.delete, "/topics/t")
        session.push("e")
        let between = try cursor()
        let second = try session.send(.delete, "/topics/t")
        session.reply(2)
        #expect(first.headers[.slipgateCursor] == before && second.headers[.slipgateCursor] == between)
        #expect(before != between)
    }

    @Test func aLeaveOfWhatIsLeftHasItToo() throws {
        try session.send(.delete, "/topics/t?wait=0")
        session.reply(2)
        let again = try session.send(.delete, "/topics/t")
        #expect(again.status == 204)
        #expect(again.headers[.slipgateCursor] == (try cursor()))
    }

    @Test func aRejoinOfWhatIsJoinedAnewHasTheOneBeforeItsLeave() throws {
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let before = try cursor()
        let rejoin = try session.send(.put, "/topics/t?rejoin=true")
        session.reply(2)
        #expect(rejoin.status == 201, "\(rejoin.text)")
        #expect(rejoin.string("cursor") == before)
    }
}

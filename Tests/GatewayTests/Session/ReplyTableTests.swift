import PhoenixChannels
import Testing

@testable import Gateway

@Suite struct ReplyTableTests {
    @Test func repliesBehindAPushThatIsNeverAnsweredDoNotPileUp() {
        var table = ReplyTable()
        let cursor = Cursor(epoch: "e", sequence: 0)
        _ = table.add(Ref(1), cursor: cursor)
        for number in 2..<20_000 as Range<UInt64> {
            _ = table.add(Ref(number), cursor: cursor)
            _ = table.answer(Ref(number), sequence: number, orSince: cursor)
        }
        #expect(table.orderedCount <= 2_048)
        guard case .pending = table[Ref(1)] else {
            Issue.record("the first push was forgotten")
            return
        }
    }

    @Test func pushesThatNobodyWaitsForAreForgottenTheOldestFirst() {
        var table = ReplyTable()
        let cursor = Cursor(epoch: "e", sequence: 0)
        let most = UInt64(ReplyTable.maxUnawaited)
        for number in 1...most + 1 { #expect(table.add(Ref(number), cursor: cursor) == []) }
        #expect(table.add(Ref(most + 2), cursor: cursor) == [Ref(1)])
        #expect(table.add(Ref(most + 3), cursor: cursor) == [Ref(2)])
        #expect(table[Ref(1)] == nil && table[Ref(3)] != nil)
    }
}

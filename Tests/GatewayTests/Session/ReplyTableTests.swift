import PhoenixChannels
import Testing

@testable import Gateway

@Suite struct ReplyTableTests {
    @Test func repliesBehindAPushThatIsNeverAnsweredDoNotPileUp() {
        var table = ReplyTable()
        let cursor = Cursor(epoch: "e", sequence: 0)
        _ = table.add(Ref(1), topic: "t", cursor: cursor)
        for number in 2..<20_000 as Range<UInt64> {
            _ = table.add(Ref(number), topic: "t", cursor: cursor)
            _ = table.answer(Ref(number), sequence: number)
        }
        #expect(table.orderedCount <= 2 * ReplyTable.maxUnawaited)
        guard case .pending = table[Ref(1)] else {
            Issue.record("the first push was forgotten")
            return
        }
    }
}

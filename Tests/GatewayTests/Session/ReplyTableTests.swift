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

    @Test func aPushWhoseReplyWasDroppedIsNotTakenForOneWithoutAReply() {
        var table = ReplyTable()
        let cursor = Cursor(epoch: "e", sequence: 0)
        let most = UInt64(ReplyTable.maxUnawaited)
        for number in 1...most + 1 { _ = table.add(Ref(number), cursor: cursor) }
        _ = table.answer(Ref(5), sequence: 1, orSince: cursor)
        table.forget([Ref(5)])
        #expect(!table.mayHaveForgotten(Ref(5)))
        for number in most + 2...most + 8 { _ = table.add(Ref(number), cursor: cursor) }
        #expect(!table.mayHaveForgotten(Ref(5)) && table.mayHaveForgotten(Ref(7)))
        #expect(table[Ref(7)] == nil && !table.mayHaveForgotten(Ref(8)))
    }

    @Test func aPushThatIsKeptAgainIsCountedOnceAndItsReplyTakesNoTime() {
        let meter = SessionMeter(time: ManualTime())
        var table = ReplyTable(meter)
        let cursor = Cursor(epoch: "e", sequence: 0)
        let most = UInt64(ReplyTable.maxUnawaited)
        for number in 1...most + 2 { _ = table.add(Ref(number), cursor: cursor) }
        #expect(table.keep(Ref(1), cursor: cursor) == [Ref(2)])
        _ = table.answer(Ref(1), sequence: 1, orSince: cursor)
        func value(_ name: String, _ suffix: String = "") -> Double? {
            let samples = meter.families.first { $0.name == name }?.samples.filter { $0.suffix == suffix }
            return samples?.map(\.value).reduce(0, +)
        }
        #expect(value("slipgate_pushes_total") == Double(most + 2))
        #expect(value("slipgate_push_reply_seconds", "_count") == 0)
        _ = table.answer(Ref(3), sequence: 2, orSince: cursor)
        #expect(value("slipgate_push_reply_seconds", "_count") == 1)
    }
}

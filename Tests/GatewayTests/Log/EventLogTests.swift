import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct EventLogTests {
    private func log(_ change: (inout EventLog.Limits) -> Void = { _ in }) -> EventLog {
        var limits = EventLog.Limits()
        change(&limits)
        return EventLog(limits: limits, epoch: "abc")
    }

    private func message(_ event: String, _ payload: String = "{}") -> LogRecord {
        .message(topic: "t", event: event, payload: .json(JSONText(unchecked: Array(payload.utf8))))
    }

    private let time = LogTime(wall: 1_795_478_400_042, steady: 0)

    @Test func anEntryIsWrittenOnceAsJSON() {
        var log = log()
        _ = log.append(message("e\"", "{\"a\":\n1}"), at: time)
        #expect(
            log[1].map { String(decoding: $0.text, as: UTF8.self) }
                == #"{"cursor":"abc-1","kind":"message","at":"2026-11-24T00:00:00.042Z","topic":"t","event":"e\"","payload":{"a": 1}}"#
        )
        #expect(log.latest.description == "abc-1" && log.oldest.description == "abc-0")
    }

    @Test func theBoundOfBytesKeepsAtLeastTheLastEntry() {
        var log = log { $0.maxBytes = 300 }
        for number in 0..<10 { _ = log.append(message("e\(number)"), at: time) }
        #expect(log.bytes <= 300 && log.count >= 2)
        _ = log.append(message("large", "\"\(String(repeating: "x", count: 1_000))\""), at: time)
        #expect(log.count == 1 && log.last == 11)
    }

    @Test func aDroppedReplysRefIsTold() {
        var log = log { $0.maxEntries = 1 }
        _ = log.append(.reply(topic: "t", ref: Ref(7), Reply(status: "ok", response: .emptyObject)), at: time)
        #expect(log.append(message("e"), at: time) == [Ref(7)])
    }

    @Test func aPageEndsAtFourMebibytesAndOneEntry() {
        var log = log()
        let payload = "\"\(String(repeating: "x", count: 1_500_000))\""
        for number in 0..<5 { _ = log.append(message("e\(number)", payload), at: time) }
        let page = log.read(after: 0, limit: 100, filter: .messages)
        #expect(page.entries.count == 3 && page.more && page.next == 3)
    }

    @Test func refsAndCursorsOfAnotherEpochAreNotOurs() {
        let log = log()
        #expect(log.name(of: Ref(3)) == "abc-r3")
        #expect(log.ref(named: "abc-r3") == Ref(3))
        #expect(log.ref(named: "abd-r3") == nil && log.ref(named: "abc-3") == nil)
        #expect(Cursor("abc-18446744073709551616") == nil)
        #expect(Cursor("abc-03") == nil && Cursor("abc-00") == nil && Cursor("abc-0")?.sequence == 0)
        #expect(Cursor("abc-18446744073709551615")?.sequence == UInt64.max)
    }

    @Test func timesAreRFC3339() {
        #expect(Timestamp.format(milliseconds: 0) == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp.format(milliseconds: 951_868_799_999) == "2000-02-29T23:59:59.999Z")
        #expect(Timestamp.format(milliseconds: 4_107_542_400_000) == "2100-03-01T00:00:00.000Z")
        #expect(Timestamp.format(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
    }

    @Test func theWallClockJumpsAndEntriesAreAsOldAsBefore() {
        var log = log { $0.maxAge = .seconds(60) }
        _ = log.append(message("first"), at: time)
        _ = log.append(message("a day later"), at: LogTime(wall: time.wall + 86_400_000, steady: 1))
        _ = log.append(message("and back"), at: LogTime(wall: time.wall - 86_400_000, steady: 2))
        #expect(log.count == 3)
        #expect(log[2]?.at == time.wall + 86_400_000)
        _ = log.expire(at: LogTime(wall: time.wall - 86_400_000, steady: 60_001))
        #expect(log.count == 2)
    }
}

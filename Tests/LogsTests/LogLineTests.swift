import Logging
import TestSupport
import Testing

@testable import Logs

/// A record is one line, whatever is in it.
@Suite(.timeLimit(.minutes(10))) struct LogLineTests {
    private let line = LogLine(time: "2026-11-23T18:05:09.042Z", level: .notice, label: "slipgate", message: "Hello")

    private func text(_ format: LogFormat, _ metadata: Logger.Metadata) -> String {
        String(decoding: line.bytes(format, metadata), as: UTF8.self)
    }

    @Test func textIsForPeopleWithValuesQuotedWhereTheyNeedIt() {
        let metadata: Logger.Metadata = [
            "a": "plain", "b": "two words", "c": .stringConvertible(3), "d": "", "e": "x=\"y\"",
        ]
        #expect(
            text(.text, metadata)
                == "2026-11-23T18:05:09.042Z notice slipgate: Hello a=plain b=\"two words\" c=3 d=\"\" e=\"x=\\\"y\\\"\"\n"
        )
    }

    @Test func jsonHasNumbersAsNumbersAndEachNameOnce() {
        let metadata: Logger.Metadata = [
            "status": .stringConvertible(200), "wait": .stringConvertible(0.25), "ok": .stringConvertible(true),
            "message": "another", "list": ["x"],
        ]
        #expect(
            text(.json, metadata)
                == #"{"time":"2026-11-23T18:05:09.042Z","level":"notice","logger":"slipgate","message":"Hello","#
                + #""list":"[\"x\"]","message_":"another","ok":true,"status":200,"wait":0.25}"# + "\n")
    }

    @Test(arguments: LogFormat.allCases)
    func aLineBreakInAValueEndsNoLine(_ format: LogFormat) {
        let evil = "a\nb\r\nc\u{1B}[31m\u{2028}\u{85}\0d"
        let line = text(format, ["value": "\(evil)", "\(evil)": "x"])
        #expect(line.unicodeScalars.count { $0.value < 0x20 } == 1 && line.hasSuffix("\n"))
        #expect(!line.unicodeScalars.contains("\u{2028}") && !line.unicodeScalars.contains("\u{85}"))
    }

    @Test(arguments: LogFormat.allCases)
    func aLineIsBoundedAndSaysThatItWasCut(_ format: LogFormat) {
        let long = text(format, ["value": "\(String(repeating: "é", count: 100_000))"])
        #expect(long.utf8.count <= LogLine.maxBytes && long.contains("…"))
        let many = Dictionary(
            uniqueKeysWithValues: (0..<500).map { ("key\($0)", Logger.MetadataValue.string("value")) })
        let cut = text(format, many)
        #expect(cut.utf8.count <= LogLine.maxBytes && cut.contains("truncated") && cut.contains("Hello"))
    }

    @Test func timeIsWrittenInUTCWithMilliseconds() {
        #expect(LogClock.now().wholeMatch(of: #/20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:]{8}\.[0-9]{3}Z/#) != nil)
    }
}

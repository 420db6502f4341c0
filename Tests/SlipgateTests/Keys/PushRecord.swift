import Foundation
import PhoenixChannels

/// The demo server's own record of what it was pushed, over all its runs; removed at the end.
final class PushRecord: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The payloads' `number`s of an event, in the order in which they came.
    func numbers(of event: String) throws -> [Int] {
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONText(validating: Array($0), limits: .lenient).slice }
            .filter { $0.member("dir")?.string == "in" && $0.member("event")?.string == event }
            .compactMap { $0.member("payload")?.member("number")?.integer }
    }

    /// How often each of them came.
    func counts(of event: String) throws -> [Int: Int] {
        Dictionary(try numbers(of: event).map { ($0, 1) }, uniquingKeysWith: +)
    }
}

import Foundation
import PhoenixChannels
import TestSupport

/// The demo server, and what it was sent.
final class WatchedDemo: Sendable {
    private let phoenix: Slipgate
    private let sequence = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl")

    init() throws {
        phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", sequence.path)
    }

    deinit { try? FileManager.default.removeItem(at: sequence) }

    var uri: String {
        get throws { "ws://127.0.0.1:\(try phoenix.port())/socket/websocket" }
    }

    /// A session that joins `rooms:lobby`.
    var spec: String {
        get throws { #"{"uri":"\#(try uri)","topics":[{"topic":"rooms:lobby"}]}"# }
    }

    /// What the demo server was pushed of an event: the numbers in the payloads, in order.
    func pushed(_ event: String) throws -> [Int] {
        try Data(contentsOf: sequence).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONText(validating: Array($0), limits: .lenient).slice }
            .filter { $0.member("dir")?.string == "in" && $0.member("event")?.string == event }
            .compactMap { $0.member("payload")?.member("number")?.integer }
    }
}

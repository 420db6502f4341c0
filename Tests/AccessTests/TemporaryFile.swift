import Foundation

/// A file that goes with the test.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "slipgate-access-\(UUID().uuidString)").path
        try write(text)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
}

import Foundation

/// A folder for a test's files, gone with this object.
package final class TemporaryFolder: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "slipgate-\(UUID())")

    package init() { try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    package func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Writes a file, and returns its path.
    package func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        return path(name)
    }
}

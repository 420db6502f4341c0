import FoundationEssentials
import Synchronization

/// What all clients saw, in memory until it is written: a minute's load is some 20 MB.
final class Journal: Sendable {
    private let lines = Mutex(Data())

    func add(_ entry: JournalEntry) {
        // An entry is strings and numbers: there is none that can't be encoded, and a missing one would be noticed.
        guard let line = try? JSONEncoder().encode(entry) else { return }
        lines.withLock { lines in
            lines += line
            lines.append(UInt8(ascii: "\n"))
        }
    }

    func write(to path: String) throws {
        try lines.withLock { $0 }.write(to: URL(filePath: path))
    }
}

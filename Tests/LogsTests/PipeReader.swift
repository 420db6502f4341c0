import Dispatch
import Foundation
import Synchronization

/// Reads a pipe to its end on a thread of its own.
final class PipeReader: Sendable {
    private let seen = Mutex<[UInt8]>([])
    private let end = DispatchSemaphore(value: 0)

    init(_ pipe: Pipe) {
        let file = pipe.fileHandleForReading
        DispatchQueue.global().async {
            let bytes = Array((try? file.readToEnd()) ?? Data())
            self.seen.withLock { $0 = bytes }
            self.end.signal()
        }
    }

    /// All that came; waits for the end.
    func bytes() -> [UInt8] {
        end.wait()
        return seen.withLock { $0 }
    }
}

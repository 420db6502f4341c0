import HTTPCore
import Synchronization

/// Keeps what is told of requests.
final class RecordingObserver: RequestObserver {
    private let records = Mutex<[RequestRecord]>([])

    func ended(_ record: RequestRecord) { records.withLock { $0.append(record) } }

    var all: [RequestRecord] { records.withLock { $0 } }
}

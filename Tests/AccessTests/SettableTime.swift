import Gateway
import Synchronization

/// A clock that stands where the test puts it.
final class SettableTime: TimeSource {
    private let milliseconds = Mutex<Int64>(1_000_000_000)

    func now() -> Duration { .milliseconds(wallMilliseconds()) }

    func wallMilliseconds() -> Int64 { milliseconds.withLock { $0 } }

    func perform(_ work: @escaping @Sendable () -> Void) { work() }

    func perform(at time: Duration, _ work: @escaping @Sendable () -> Void) {}

    /// Seconds since 1970 UTC.
    var seconds: Double { Double(wallMilliseconds()) / 1000 }

    func advance(seconds: Double) { milliseconds.withLock { $0 += Int64(seconds * 1000) } }
}

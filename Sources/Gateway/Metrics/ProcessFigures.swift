import Glibc
import Synchronization

/// What the kernel says of this process, by the names that Prometheus's own clients have for it.
///
/// The files of `/proc` are opened once and read again and again: whoever has used up the descriptors is to see it.
/// Nothing beside `/proc/self` is read, as a hardened service sees no more.
package final class ProcessFigures: Sendable {
    /// Those of all gateways in this process.
    package static let ofThisProcess = ProcessFigures()

    /// Ticks a second in the files of `/proc`: the same on every Linux (USER_HZ).
    private static let ticks = 100.0
    /// More than a line of `/proc/self/stat` has.
    private static let maxBytes = 2_048

    /// `/proc/self/stat`; negative where there is none.
    private let status: Int32
    /// `/proc/self/fd`, a place in which is moved by whoever reads it.
    private let descriptors: Mutex<OpaquePointer?>
    /// Seconds since 1970, worked out once: the clock is set now and then, and a start that moves would be a restart.
    private let start: Double?

    private init() {
        status = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        descriptors = Mutex(opendir("/proc/self/fd"))
        start = ProcessFigures.start(status)
    }

    deinit {
        if status >= 0 { close(status) }
        descriptors.withLock { directory in
            if let directory { closedir(directory) }
        }
    }

    /// Without what can't be read.
    package var families: [MetricFamily] {
        let fields = Self.fields(status)
        var families: [MetricFamily] = []
        func add(_ name: String, _ help: String, _ kind: MetricFamily.Kind, _ value: Double?) {
            guard let value else { return }
            families.append(MetricFamily("process_\(name)", help, kind, [MetricSample(value: value)]))
        }
        let cpu = Self.number(fields, 11).flatMap { user in Self.number(fields, 12).map { (user + $0) / Self.ticks } }
        add("cpu_seconds_total", "Processor time that the process has used.", .counter, cpu)
        let pages = Self.number(fields, 21)
        add("resident_memory_bytes", "Memory that the process holds.", .gauge, pages.map { $0 * Double(getpagesize()) })
        add("virtual_memory_bytes", "Memory that the process has addresses for.", .gauge, Self.number(fields, 20))
        add("start_time_seconds", "When the process began, in seconds since 1970.", .gauge, start)
        add("open_fds", "File descriptors that are open.", .gauge, openDescriptors)
        add("max_fds", "File descriptors that may be open.", .gauge, Self.maxDescriptors)
        return families
    }

    private var openDescriptors: Double? {
        descriptors.withLock { directory in
            guard let directory else { return nil }
            rewinddir(directory)
            var count = 0
            while readdir(directory) != nil { count += 1 }
            // Without itself and the folder above it.
            return Double(count - 2)
        }
    }

    /// By the clock now, as the time of the boot stands outside `/proc/self`.
    private static func start(_ status: Int32) -> Double? {
        number(fields(status), 19).map { ticks in
            seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME) + ticks / Self.ticks
        }
    }

    private static var maxDescriptors: Double? {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return nil }
        return Double(limits.rlim_cur)
    }

    /// What stands in a process's `stat`, counted from the third field: the second is the program's name, which may hold
    /// anything.
    private static func fields(_ status: Int32) -> [Substring] {
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        let count = pread(status, &bytes, bytes.count, 0)
        guard count > 0 else { return [] }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }

    private static func number(_ fields: [Substring], _ index: Int) -> Double? {
        fields.indices.contains(index) ? Double(fields[index]) : nil
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

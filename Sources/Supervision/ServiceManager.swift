import Glibc

/// The service manager that started this program, such as systemd, told of its state by datagrams: sd_notify(3).
package struct ServiceManager: Sendable {
    /// The socket's path; one that began with `@` begins with a zero byte: a name in no file system.
    private let path: [UInt8]
    /// How often it wants to hear that the program is alive, if it wants to: half of the time after which it would end it.
    package let watchInterval: Duration?

    /// The one that the environment names, if it names any.
    package init?(environment: [String: String]) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@"),
            name.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        path = name.hasPrefix("@") ? [0] + name.utf8.dropFirst() : Array(name.utf8)
        watchInterval = Self.watchInterval(environment)
    }

    /// How long it may take to make room for the news, in seconds: who stops has 8 s, and is killed after 10 s.
    private static let patience = 1

    /// Sends it the news; where that fails nobody listens, or nobody reads, which is no reason not to serve or to stop.
    ///
    /// - Returns: Whether it was sent.
    @discardableResult
    package func tell(_ news: ServiceNews) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // The length says where a name without a file ends, so it has no byte more than that.
        let prefix = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        let length = socklen_t(prefix + path.count)
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // A sign of life is told again: it need not wait for room.
        let flags = Int32(MSG_NOSIGNAL) | (news == .alive ? Int32(MSG_DONTWAIT) : 0)
        let text = Array(news.text.utf8)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, flags, $0, length) == text.count
            }
        }
    }

    /// Tells it that the program reads its configuration anew for as long as `reload` takes, and then that it is ready.
    package func tellOfReload(_ reload: () async -> Void) async {
        tell(.reloading(at: Self.monotonicTime()))
        await reload()
        tell(.ready(status: nil))
    }

    /// Tells it that the program is alive, as often as it wants to hear that and as long as `isAlive` finds so, until the
    /// task is cancelled.
    package func keepTelling(whether isAlive: @Sendable () -> Bool) async {
        guard let watchInterval else { return }
        while !Task.isCancelled {
            // Half of its time is over the next time: without room for it now, it is tried again soon.
            let isDone = !isAlive() || tell(.alive)
            try? await Task.sleep(for: isDone ? watchInterval : watchInterval / 8)
        }
    }

    private static func watchInterval(_ environment: [String: String]) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 1,
            environment["WATCHDOG_PID"].map({ $0 == "\(getpid())" }) ?? true
        else { return nil }
        return .microseconds(microseconds / 2)
    }

    /// As the manager reads it; `ContinuousClock` counts from another start.
    private static func monotonicTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

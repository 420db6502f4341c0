import Glibc

/// File descriptors, of which a process has few.
enum Descriptor {
    static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// How many this process may have open.
    static var limit: Int {
        var limits = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return 1024 }
        return Int(clamping: limits.rlim_cur)
    }
}

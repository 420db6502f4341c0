import Glibc

/// File descriptors, of which a process has few.
enum Descriptor {
    static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// How many this process may have open, once that is raised towards `wanted` as far as the system lets it.
    static func raiseLimit(towards wanted: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limits = rlimit()
        guard unsafe getrlimit(resource, &limits) == 0 else { return assumedLimit }
        if limits.rlim_cur < rlim_t(wanted) {
            var raised = limits
            raised.rlim_cur = min(rlim_t(wanted), limits.rlim_max)
            if unsafe setrlimit(resource, &raised) == 0 { limits = raised }
        }
        return Int(clamping: limits.rlim_cur)
    }

    /// What most systems start a process with.
    private static let assumedLimit = 1_024
}

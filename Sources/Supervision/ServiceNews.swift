/// What a program tells the service manager of itself; `text` is as sd_notify(3) has it.
package enum ServiceNews: Sendable, Equatable {
    /// It serves; `status` is shown to who asks the manager, and what was shown before stays without one.
    case ready(status: String?)
    /// It reads its configuration anew, from this time of the monotonic clock on, until it is ready again.
    case reloading(at: Duration)
    case stopping
    /// It still works, for a manager that restarts what doesn't say so in time.
    case alive

    package var text: String {
        switch self {
        case .ready(nil): "READY=1"
        case .ready(let status?):
            // A line is an assignment of its own.
            "READY=1\nSTATUS=\(String(status.map { $0.isNewline ? " " : $0 }))"
        case .reloading(let time):
            "RELOADING=1\nMONOTONIC_USEC=\(time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000)"
        case .stopping: "STOPPING=1"
        case .alive: "WATCHDOG=1"
        }
    }
}

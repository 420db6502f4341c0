import FoundationEssentials

/// What the kernel says of this process, by the names that Prometheus's own clients have for it.
package enum ProcessFigures {
    /// Ticks a second in the files of `/proc`: the same on every Linux (USER_HZ).
    private static let ticks = 100.0

    /// Without what can't be read.
    package static var families: [MetricFamily] {
        let fields = statFields
        var families: [MetricFamily] = []
        func add(_ name: String, _ help: String, _ kind: MetricFamily.Kind, _ value: Double?) {
            guard let value else { return }
            families.append(MetricFamily("process_\(name)", help, kind, [MetricSample(value: value)]))
        }
        // Counted from the third field: the second is the program's name, which may hold anything.
        let cpu = number(fields, 11).flatMap { user in number(fields, 12).map { (user + $0) / ticks } }
        add("cpu_seconds_total", "Processor time that the process has used.", .counter, cpu)
        add("resident_memory_bytes", "Memory that the process holds.", .gauge, kibibytes("VmRSS:"))
        add("virtual_memory_bytes", "Memory that the process has addresses for.", .gauge, number(fields, 20))
        let start = number(fields, 19).flatMap { age in bootTime.map { $0 + age / ticks } }
        add("start_time_seconds", "When the process began, in seconds since 1970.", .gauge, start)
        add("open_fds", "File descriptors that are open.", .gauge, openDescriptors)
        add("max_fds", "File descriptors that may be open.", .gauge, maxDescriptors)
        return families
    }

    private static var statFields: [Substring] {
        guard let text = read("self/stat"), let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }

    private static func number(_ fields: [Substring], _ index: Int) -> Double? {
        fields.indices.contains(index) ? Double(fields[index]) : nil
    }

    private static func kibibytes(_ name: String) -> Double? { row(name, of: "self/status").map { $0 * 1024 } }

    private static var bootTime: Double? { row("btime", of: "stat") }

    private static var maxDescriptors: Double? { row("Max open files", of: "self/limits") }

    private static var openDescriptors: Double? {
        // One of them is the folder, while it is read.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    /// The first number in the line that begins so.
    private static func row(_ name: String, of file: String) -> Double? {
        guard let line = read(file)?.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        return line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    private static func read(_ file: String) -> String? {
        (try? Data(contentsOf: URL(filePath: "/proc/\(file)"))).map { String(decoding: $0, as: UTF8.self) }
    }
}

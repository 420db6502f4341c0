import Foundation
import TestSupport
import Testing

/// A program of the README, started from a file in the demo's folder, in a process group of its own.
final class RecipeProgram {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What is slower to print a line has failed.
    private static let patience: Int32 = 60_000

    /// Lives as long as the program does.
    private let demo: ReadmeDemo
    private let process: ChildProcess
    private let output = Pipe()
    private var unread: [UInt8] = []
    private var isOver = false

    /// Starts it, against the gateway behind this port if one is given; the file has the name that stands in its comment.
    init(_ block: ReadmeSection.Block, _ demo: ReadmeDemo, gateway: Int? = nil) throws {
        self.demo = demo
        let name = try #require(block.text.firstMatch(of: #/(?:#|\/\/) ([a-z]+\.(?:sh|py|mjs)): /#)?.output.1)
        try Data(demo.readdressed(block.text, gateway: gateway).utf8).write(to: demo.folder.appending(path: name))
        let environment = Slipgate.root.appending(path: ".build-recipes/bin")
        let interpreter =
            switch block.language {
            case "bash": URL(filePath: "/bin/bash")
            case "python": environment.appending(path: "python")
            case "js": environment.appending(path: "node")
            default: throw Failure(description: "a program in '\(block.language)'")
            }
        guard FileManager.default.isExecutableFile(atPath: interpreter.path) else {
            throw Failure(description: "no \(interpreter.path): run Tests/SlipgateTests/Recipes/setup first")
        }
        process = try ChildProcess(
            URL(filePath: "/bin/bash"),
            ["-c", #"cd "$0" && exec "$@" 2>&1"#, demo.folder.path, interpreter.path, String(name)],
            // What a sanitizer preloads is not for these.
            environment: ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }, output: output)
    }

    deinit { end() }

    /// The next line; nil at its end.
    func line() throws -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard !isOver else { return nil }
            var waiting = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.patience) > 0 else {
                throw Failure(description: "nothing was printed in \(Self.patience / 1_000) s")
            }
            let data = output.fileHandleForReading.availableData
            isOver = data.isEmpty
            unread += data
        }
    }

    /// So many lines but those in which curl says what was lost, or all up to its end.
    func lines(_ count: Int = .max) throws -> [String] {
        var lines: [String] = []
        while lines.count < count, let line = try line() {
            if !line.hasPrefix("curl: (") { lines.append(line) }
        }
        return lines
    }

    /// Everything up to its end.
    func readToEnd() throws -> String {
        var text = ""
        while let line = try line() { text += "\(line)\n" }
        return text
    }

    /// Whether curl runs for it right now.
    var isAsking: Bool {
        get throws {
            let path = "/proc/\(process.id)/task/\(process.id)/children"
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
                .contains { (try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8)) == "curl\n" }
        }
    }

    /// Ends it and whatever it waits for, as Ctrl-C does.
    func end() { kill(-process.id, SIGTERM) }

    func waitForExit() -> Int32 { process.waitForExit() }
}

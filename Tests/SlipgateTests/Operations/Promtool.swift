import Foundation
import TestSupport

/// Prometheus's own checker.
enum Promtool {
    struct Missing: Error, CustomStringConvertible {
        let description = "no promtool: deploy/test installs Debian's prometheus"
    }

    private static let program = URL(filePath: "/usr/bin/promtool")

    /// Runs it, `input` being what it reads; what it has to say is its output and errors together.
    static func run(_ arguments: [String], input: String? = nil) throws -> (status: Int32, words: String) {
        guard FileManager.default.isExecutableFile(atPath: program.path) else { throw Missing() }
        let output = Pipe()
        let pipe = Pipe()
        var environment = ProcessInfo.processInfo.environment
        // What a sanitizer preloads is not for this.
        environment["LD_PRELOAD"] = nil
        let process = try ChildProcess(
            program, arguments, environment: environment, input: pipe, output: output, errors: output)
        try pipe.fileHandleForWriting.write(contentsOf: Data((input ?? "").utf8))
        try pipe.fileHandleForWriting.close()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (process.waitForExit(), words)
    }
}

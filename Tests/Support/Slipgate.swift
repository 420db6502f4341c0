package import Foundation

/// The built program as a process of its own; it is ended when the test lets it go.
package final class Slipgate: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let process: ChildProcess
    private let output: Pipe
    private let errors = Pipe()
    /// What it printed before it was ready.
    package let firstLines: [String]

    /// The program, beside the tests' own.
    package static var path: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "slipgate")
        }
    }

    /// The checkout's root.
    package static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// Ours, and a gateway's times: a test may be kept from running for longer than the usual ones.
    package static var environment: [String: String] {
        ProcessInfo.processInfo.environment.merging(
            ["SLIPGATE_KEEP_ALIVE": "1h", "SLIPGATE_DEFAULT_WAIT": "50s"]) { $1 }
    }

    /// Starts `slipgate`, under a `ulimit` such as "-n 256" if one is given, its errors going to another file if one is
    /// named, and reads its first lines.
    ///
    /// `environment` is added to the tests'.
    package convenience init(
        _ arguments: String..., lines: Int = 1, ulimit: String? = nil, environment: [String: String] = [:],
        errorsTo file: String? = nil
    ) throws {
        try self.init(arguments, lines: lines, ulimit: ulimit, environment: environment, errorsTo: file)
    }

    package init(
        _ arguments: [String], lines: Int = 1, ulimit: String? = nil, environment: [String: String] = [:],
        errorsTo file: String? = nil
    ) throws {
        let output = Pipe()
        let environment = Self.environment.merging(environment) { $1 }
        if ulimit != nil || file != nil {
            let prefix = ulimit.map { "ulimit \($0) && " } ?? ""
            let suffix = file.map { " 2>\($0)" } ?? ""
            process = try ChildProcess(
                URL(filePath: "/bin/bash"),
                ["-c", #"\#(prefix)exec "$0" "$@"\#(suffix)"#, try Self.path.path] + arguments,
                environment: environment, output: output, errors: errors)
        } else {
            process = try ChildProcess(
                try Self.path, arguments, environment: environment, output: output, errors: errors)
        }
        self.output = output
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            bytes += data
        }
        firstLines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard firstLines.count >= lines else { throw Failure(description: "slipgate ended: \(waitForErrors())") }
    }

    package var id: Int32 { process.id }

    /// The port in a line such as `Slipgate listens on http://127.0.0.1:8080`.
    package func port(_ line: Int = 0) throws -> Int {
        let digits = firstLines[line].split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits) else { throw Failure(description: "no port in \(firstLines)") }
        return port
    }

    package func client() throws -> HTTPTestClient { try HTTPTestClient(port: port()) }

    package func signal(_ number: Int32) { kill(id, number) }

    /// Waits for its end.
    package func waitForExit() -> Int32 { process.waitForExit() }

    /// How many descriptors it has open.
    package var descriptors: Int {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count }
    }

    /// Waits for its end, and what it has written to standard error.
    package func waitForErrors() -> String {
        process.waitForExit()
        return String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// Runs a program to its end.
    package static func run(
        _ program: URL, _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let output = Pipe()
        let errors = Pipe()
        let process = try ChildProcess(program, arguments, output: output, errors: errors)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (process.waitForExit(), text, complaint)
    }
}

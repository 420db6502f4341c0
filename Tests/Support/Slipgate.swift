package import Foundation

/// The built program as a process of its own; it is ended when the test lets it go.
package final class Slipgate: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let process: Process
    private let output: Pipe
    private let errors: Pipe
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

    /// Starts `slipgate`, under a `ulimit` such as "-n 256" if one is given, and reads its first lines.
    package init(_ arguments: String..., lines: Int = 1, ulimit: String? = nil) throws {
        process = Process()
        if let ulimit {
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", #"ulimit \#(ulimit) && exec "$0" "$@""#, try Self.path.path] + arguments
        } else {
            process.executableURL = try Self.path
            process.arguments = arguments
        }
        output = Pipe()
        errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            bytes += data
        }
        firstLines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard firstLines.count >= lines else { throw Failure(description: "slipgate ended: \(waitForErrors())") }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    package var id: Int32 { process.processIdentifier }

    /// The port in a line such as `Slipgate listens on http://127.0.0.1:8080`.
    package func port(_ line: Int = 0) throws -> Int {
        let digits = firstLines[line].split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits) else { throw Failure(description: "no port in \(firstLines)") }
        return port
    }

    package func client() throws -> HTTPTestClient { try HTTPTestClient(port: port()) }

    package func signal(_ number: Int32) { kill(id, number) }

    /// Waits for its end.
    package func waitForExit() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// How many descriptors it has open.
    package var descriptors: Int {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count }
    }

    /// Waits for its end, and what it has written to standard error.
    package func waitForErrors() -> String {
        process.waitUntilExit()
        return String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// Runs a program to its end.
    package static func run(
        _ program: URL, _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, complaint)
    }
}

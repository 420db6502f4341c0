import Foundation
import PhoenixChannels
import TestSupport

/// Python's `websockets` as a server, in a process of its own that ends with the tests'.
final class PythonPeer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Servers of the peer: without TLS, with a certificate of one kind or another, and HTTP proxies.
    enum Server: String, Sendable {
        case plain, tls, address, elsewhere, expired, future, mutual, proxy, proxyWithPassword
    }

    private static let running = Result { try PythonPeer() }

    /// The one that all tests share.
    static var shared: PythonPeer {
        get throws { try running.get() }
    }

    private let process: ChildProcess
    private let input: Pipe
    private let folder: URL
    private let ports: JSONText

    private init() throws {
        let scripts = URL(filePath: #filePath).deletingLastPathComponent()
        let python = Slipgate.root.appending(path: ".build-peer/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "no \(python.path): run Tests/PhoenixChannelsTests/Peer/setup first")
        }
        folder = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let made = try Slipgate.run(scripts.appending(path: "certificates"), [folder.path])
        guard made.status == 0 else { throw Failure(description: "no certificates: \(made.errors)") }
        input = Pipe()
        let output = Pipe()
        // What a sanitizer preloads is not Python's.
        let environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }
        process = try ChildProcess(
            python, [scripts.appending(path: "peer.py").path, folder.path], environment: environment, input: input,
            output: output)
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw Failure(description: "the peer did not start") }
            line += data
        }
        ports = try JSONText(validating: line.dropLast(), limits: .lenient)
    }

    func port(_ server: Server) throws -> Int {
        guard let port = ports.slice.member(server.rawValue)?.integer else {
            throw Failure(description: "the peer has no server \(server)")
        }
        return port
    }

    /// A file that the script `certificates` has made.
    func file(_ name: String) -> String { folder.appending(path: name).path }
}

import Foundation
import Synchronization
import TestSupport

/// One of Debian's proxies with its file in `deploy/`, on a port that was free, in a folder of its own.
final class Proxy: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let kind: ProxyKind
    let port: Int
    private let folder: URL
    private let process: ChildProcess

    /// Starts it in front of the gateway at that port, and returns once it listens; an impatient one waits a second for what
    /// its clients have begun to send.
    static func start(_ kind: ProxyKind, gateway: Int, isImpatient: Bool = false) async throws -> Proxy {
        try await start(
            kind, kind.file, ["127.0.0.1:8080": gateway], changes: isImpatient ? kind.impatience : [])
    }

    /// Starts it in front of the nodes a and b at these ports.
    static func start(_ kind: ProxyKind, a: Int, b: Int) async throws -> Proxy {
        try await start(kind, kind.clusterFile, ["10.0.0.1:8080": a, "10.0.0.2:8080": b])
    }

    private static func start(
        _ kind: ProxyKind, _ file: String, _ gateways: [String: Int], changes: [(String, String)] = []
    ) async throws -> Proxy {
        let proxy = try Proxy(kind, file, gateways, changes)
        try await until { try proxy.isListening }
        return proxy
    }

    private init(
        _ kind: ProxyKind, _ name: String, _ gateways: [String: Int], _ changes: [(String, String)]
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: kind.program) else {
            throw Failure(description: "no \(kind.program): deploy/test installs Debian's \(kind.rawValue)")
        }
        self.kind = kind
        port = Self.freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "\(kind.rawValue)-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = Slipgate.root.appending(path: "deploy/\(name)")
        var text = try String(contentsOf: file, encoding: .utf8)
        let addresses = gateways.map { ($0.key, "127.0.0.1:\($0.value)") }
        for (old, new) in addresses + kind.replacements(port: port, folder: folder.path) + changes {
            guard text.contains(old) else { throw Failure(description: "deploy/\(name) has no '\(old)'") }
            text = text.replacing(old, with: new)
        }
        let path = folder.appending(path: name).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        var environment = ProcessInfo.processInfo.environment
        // What a sanitizer preloads is not for these; Caddy keeps things in its home.
        environment["LD_PRELOAD"] = nil
        environment["HOME"] = folder.path
        process = try ChildProcess(
            URL(filePath: "/bin/bash"),
            ["-c", #"cd "$0" && exec "$@" >printed 2>&1"#, folder.path, kind.program] + kind.arguments(file: path),
            environment: environment, output: Pipe())
    }

    deinit {
        // nginx has workers, which are in its group.
        kill(-process.id, SIGKILL)
        process.waitForExit()
        try? FileManager.default.removeItem(at: folder)
    }

    func client() throws -> HTTPTestClient { try HTTPTestClient(port: port) }

    /// Begins anywhere, for other runs of the tests beside this one.
    private static let nextPort = Atomic(Int.random(in: 0..<12_000))

    /// A port below those that the system hands out, and each another, so that no other test gets it meanwhile.
    static func freePort() -> Int {
        while true {
            let port = 20_000 + nextPort.add(1, ordering: .relaxed).newValue % 12_000
            if (try? RawSocket(port: port)) == nil { return port }
        }
    }

    private var isListening: Bool {
        get throws {
            guard try !process.isOver else {
                let printed = try? String(contentsOf: folder.appending(path: "printed"), encoding: .utf8)
                throw Failure(description: "\(kind.rawValue) ended: \(printed ?? "")")
            }
            return (try? RawSocket(port: port)) != nil
        }
    }
}

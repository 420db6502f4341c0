import Foundation
import TestSupport

/// Debian's Chromium without a screen, on one page until the test lets it go.
final class Browser {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let program = "/usr/bin/chromium"
    private let folder: URL
    private let process: ChildProcess

    init(_ address: String) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            throw Failure(description: "no \(Self.program): deploy/test installs Debian's chromium")
        }
        folder = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID())")
        var environment = ProcessInfo.processInfo.environment
        environment["LD_PRELOAD"] = nil
        // As root, and in containers with little shared memory, it needs to be told so.
        process = try ChildProcess(
            URL(filePath: "/bin/bash"),
            ["-c", #"exec "$0" "$@" >/dev/null 2>&1"#, Self.program]
                + [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--remote-debugging-port=0",
                    "--user-data-dir=\(folder.path)", address,
                ],
            environment: environment, output: Pipe())
    }

    deinit {
        kill(-process.id, SIGKILL)
        process.waitForExit()
        try? FileManager.default.removeItem(at: folder)
    }
}

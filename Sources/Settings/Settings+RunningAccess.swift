package import Access
import ArgumentParser
package import Gateway
package import Logging
import SystemPackage

extension Settings {
    /// Access control by its files; tokens and keys that can't be taken end the program as a setting does that can't be.
    package func runningAccess(time: any TimeSource, logger: Logger) async throws -> RunningAccess {
        do {
            return try await RunningAccess(access.files, endpoints: gateway.endpoints.keys, time: time, logger: logger)
        } catch {
            _ = try? FileDescriptor.standardError.writeAll("Error: \(error)\n".utf8)
            throw ExitCode(SettingsError.exitCode)
        }
    }
}

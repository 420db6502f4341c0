package import Gateway
package import Logging
import UnixSignals

/// Access control, where there is any: its files are read at the start, and anew at each SIGHUP.
package struct RunningAccess: Sendable {
    package let control: AccessControl?
    private let hangUps: UnixSignalsSequence
    private let logger: Logger

    /// Reads the files.
    ///
    /// SIGHUP is heeded from here on, and never ends the program, be there access control or not.
    package init(_ files: AccessFiles, time: any TimeSource, logger: Logger) async throws(AccessError) {
        self.logger = logger
        control = files.isEmpty ? nil : try await AccessControl(files, time: time)
        hangUps = await UnixSignalsSequence(trapping: .sighup)
    }

    /// Reads the files anew whenever that is asked for, until it is cancelled; `around` is given what does so, and calls it.
    package func reloadWhenSignalled(_ around: (_ reload: () async -> Void) async -> Void) async {
        for await _ in hangUps {
            await around { await reload() }
        }
    }

    private func reload() async {
        guard let control else { return logger.notice("There are no tokens or keys to read anew.") }
        do throws(AccessError) {
            try await control.reload()
            logger.notice(
                "Tokens and keys were read anew.",
                metadata: [
                    LogKey.tokens: .stringConvertible(control.tokenCount),
                    LogKey.keys: .stringConvertible(control.keyCount),
                ])
        } catch {
            logger.error("Tokens and keys stay as they were.", metadata: [LogKey.reason: "\(error)"])
        }
    }
}

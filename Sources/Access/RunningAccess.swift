package import Gateway
package import Logging
import UnixSignals

/// Access control, where there is any: its files are read at the start, and anew at each SIGHUP.
package struct RunningAccess: Sendable {
    /// Tokens that are warned of one by one: somebody has to read it.
    static let maxWarnings = 20

    package let control: AccessControl?
    /// The names of those that there are.
    private let endpoints: Set<String>
    private let hangUps: UnixSignalsSequence
    private let logger: Logger

    /// Reads the files.
    ///
    /// SIGHUP is heeded from here on, and never ends the program, be there access control or not.
    package init(
        _ files: AccessFiles, endpoints: some Sequence<String>, time: any TimeSource, logger: Logger
    ) async throws(AccessError) {
        self.logger = logger
        self.endpoints = Set(endpoints)
        control = files.isEmpty ? nil : try await AccessControl(files, time: time)
        hangUps = await UnixSignalsSequence(trapping: .sighup)
        warnOfEndpoints()
    }

    /// Reads the files anew whenever that is asked for, until it is cancelled; `around` is given what does so, and calls it.
    package func reloadWhenSignalled(_ around: (_ reload: () async -> Void) async -> Void) async {
        for await _ in hangUps {
            await around { await reload() }
        }
    }

    func reload() async {
        guard let control else { return }
        do throws(AccessError) {
            try await control.reload()
            logger.notice("Tokens and keys were read anew.", metadata: ["tokens": "\(control.tokenCount)"])
            warnOfEndpoints()
        } catch {
            logger.error("Tokens and keys stay as they were.", metadata: ["reason": "\(error)"])
        }
    }

    /// Who lists an endpoint that there is not has mostly misspelt it; it may also be one that is yet to come.
    private func warnOfEndpoints() {
        let listed = control?.listedEndpoints ?? [:]
        let unknown = listed.mapValues { $0.subtracting(endpoints) }.filter { !$0.value.isEmpty }
        for (name, endpoints) in unknown.sorted(by: { $0.key < $1.key }).prefix(Self.maxWarnings) {
            logger.warning(
                "A token lists an endpoint that the configuration has not.",
                metadata: ["token": "\(name)", "endpoint": "\(endpoints.sorted().joined(separator: ","))"])
        }
        if unknown.count > Self.maxWarnings {
            logger.warning(
                "Further tokens list endpoints that the configuration has not.",
                metadata: ["tokens": "\(unknown.count - Self.maxWarnings)"])
        }
    }
}

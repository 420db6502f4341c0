import Configuration
import Gateway
import MicroHTTPD

/// Reads the settings from the command line, the environment and a file, each before those behind it.
package struct SettingsReader {
    static let variablePrefix = "SLIPGATE_"
    /// What names the file in the environment; no setting, since no file can name itself.
    package static let fileVariable = variablePrefix + "CONFIG"

    /// What holds, and who said so.
    package struct Effective: Sendable {
        package var settings = Settings()
        package var sources: [(setting: Setting, source: String)] = []
        /// What the named endpoints were made of.
        var endpoints: [EndpointDraft] = []
    }

    private let flags: [String: String]
    /// The environment's that are, or should be, settings.
    private let variables: [String: String]
    private let file: SettingsFile?

    /// - Parameters:
    ///   - flags: The command line's values by key.
    ///   - environment: All of the process's.
    ///   - file: A YAML file's path; the environment's `SLIPGATE_CONFIG` when nil.
    /// - Throws: A `SettingsError` for a file that can't be read.
    package init(
        flags: [String: String], environment: [String: String], file: String?
    ) async throws(SettingsError) {
        self.flags = flags
        variables = environment.filter { variable in
            variable.key.hasPrefix(Self.variablePrefix) && variable.key != Self.fileVariable
                && (variable.key.hasPrefix(EndpointDrafts.variablePrefix) || !ServiceLink.matches(variable))
        }
        self.file = try (file ?? environment[Self.fileVariable]).map { path throws(SettingsError) in
            try SettingsFile(path)
        }
    }

    /// The values that hold.
    ///
    /// - Throws: A `SettingsError` that names the first setting that is none or whose value can't be, and where it is; also
    ///   where another value goes before it.
    package func read() throws(SettingsError) -> Effective {
        try checkKeys()
        var effective = try values(of: Setting.all)
        effective.endpoints = try endpoints().sorted
        for draft in effective.endpoints { effective.settings.gateway.endpoints[draft.name] = try draft.endpoint() }
        effective.settings.gateway.servesMetrics = effective.settings.admin == nil
        guard effective.settings.drainDelay < effective.settings.drainTimeout else {
            throw SettingsError("drain_delay must be less than drain_timeout, which includes it")
        }
        try effective.settings.access.check(host: effective.settings.server.host)
        return effective
    }

    /// Where a gateway with these settings is asked for its health; what else they say is not looked at.
    package func healthListener() throws(SettingsError) -> (host: String, port: UInt16) {
        let keys = ["host", "port", "admin_host", "admin_port"]
        return try values(of: Setting.all.filter { keys.contains($0.key) }).settings.healthListener
    }

    private func checkKeys() throws(SettingsError) {
        for name in variables.keys.sorted() where !name.hasPrefix(EndpointDrafts.variablePrefix) {
            guard Setting.all.contains(where: { $0.variable == name }) else {
                throw SettingsError("\(name) in the environment is no setting: slipgate config lists them all.")
            }
        }
        guard let file else { return }
        for entry in file.entries where entry.key != EndpointDrafts.key && Setting.named(entry.key) == nil {
            throw SettingsError(
                "\(file.path), line \(entry.line): '\(entry.key)' is no setting: slipgate config lists them all.")
        }
    }

    private func endpoints() throws(SettingsError) -> EndpointDrafts {
        var endpoints = EndpointDrafts()
        if let file, let entry = file.entries.first(where: { $0.key == EndpointDrafts.key }) {
            try endpoints.read(entry.value, file: file.path)
        }
        try endpoints.read(variables)
        return endpoints
    }

    /// The values that hold of some settings, each source's before those of the ones ahead of it.
    private func values(of settings: [Setting]) throws(SettingsError) -> Effective {
        let sources = try sources(of: settings)
        var effective = Effective()
        for setting in settings {
            var found = "default"
            for source in sources {
                guard let text = source.text(of: setting) else { continue }
                do throws(SettingsError) {
                    try setting.read(text, &effective.settings)
                } catch {
                    throw source.refusal(setting, error)
                }
                found = source.name
            }
            effective.sources.append((setting, found))
        }
        return effective
    }

    /// The one that all others go before first.
    private func sources(of settings: [Setting]) throws(SettingsError) -> [SettingsSource] {
        var sources: [SettingsSource] = []
        if let file {
            let (values, lines) = try file.values(of: settings)
            sources.append(SettingsSource(name: file.path, provider: InMemoryProvider(values: values), lines: lines))
        }
        let environment = EnvironmentVariablesProvider(environmentVariables: variables)
        sources.append(SettingsSource(name: "the environment", provider: environment.prefixKeys(with: "slipgate")))
        let values = flags.map { key, text in (AbsoluteConfigKey([key]), ConfigValue(.string(text), isSecret: false)) }
        sources.append(
            SettingsSource(
                name: "the command line", provider: InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values))))
        return sources
    }
}

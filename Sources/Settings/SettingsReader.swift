import Configuration
import Gateway
import MicroHTTPD
import SystemPackage
import Yams

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

    private let sources: [(name: String, provider: any ConfigProvider)]
    private let endpoints: EndpointDrafts

    /// - Parameters:
    ///   - flags: The command line's values by key.
    ///   - environment: All of the process's.
    ///   - file: A YAML file's path; the environment's `SLIPGATE_CONFIG` when nil.
    /// - Throws: A `SettingsError` for a file that can't be read, and for a key that is none.
    package init(
        flags: [String: String], environment: [String: String], file: String?
    ) async throws(SettingsError) {
        var sources: [(name: String, provider: any ConfigProvider)] = []
        let values = flags.map { key, text in (AbsoluteConfigKey([key]), ConfigValue(.string(text), isSecret: false)) }
        sources.append(("the command line", InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values))))
        let variables = environment.filter { variable in
            variable.key.hasPrefix(Self.variablePrefix)
                && (variable.key.hasPrefix(EndpointDrafts.variablePrefix) || !ServiceLink.matches(variable))
        }
        for name in variables.keys.sorted()
        where name != Self.fileVariable && !name.hasPrefix(EndpointDrafts.variablePrefix) {
            guard Setting.all.contains(where: { $0.variable == name }) else {
                throw SettingsError("\(name) in the environment is no setting: slipgate config lists them all.")
            }
        }
        let environmentProvider = EnvironmentVariablesProvider(environmentVariables: variables)
        sources.append(("the environment", environmentProvider.prefixKeys(with: "slipgate")))
        var endpoints = EndpointDrafts()
        if let path = file ?? environment[Self.fileVariable] {
            let entries = try SettingsFile.entries(path)
            for (key, value) in entries {
                if key == EndpointDrafts.key {
                    try endpoints.read(value, file: path)
                } else if Setting.named(key) == nil {
                    throw SettingsError("\(path): '\(key)' is no setting: slipgate config lists them all.")
                } else if value.mapping != nil {
                    throw SettingsError("\(key) of \(path) has members below it, and takes none")
                }
            }
            // A file of comments alone is no mapping to the provider.
            if !entries.isEmpty { sources.append((path, try await SettingsFile.provider(path))) }
        }
        try endpoints.read(variables)
        self.sources = sources
        self.endpoints = endpoints
    }

    /// The values that hold.
    ///
    /// - Throws: A `SettingsError` that names the first setting whose value can't be, and where it is.
    package func read() throws(SettingsError) -> Effective {
        var effective = Effective()
        for setting in Setting.all {
            var found = "default"
            for (name, provider) in sources {
                guard let text = try Self.text(of: setting, in: provider, named: name) else { continue }
                do {
                    try setting.read(text, &effective.settings)
                } catch {
                    throw SettingsError("\(setting.key) of \(name) \(error)")
                }
                found = name
                break
            }
            effective.sources.append((setting, found))
        }
        effective.endpoints = endpoints.sorted
        for draft in effective.endpoints { effective.settings.gateway.endpoints[draft.name] = try draft.endpoint() }
        effective.settings.gateway.servesMetrics = effective.settings.admin == nil
        guard effective.settings.drainDelay < effective.settings.drainTimeout else {
            throw SettingsError("drain_delay must be less than drain_timeout, which includes it")
        }
        try effective.settings.access.check(host: effective.settings.server.host)
        return effective
    }

    private static func text(
        of setting: Setting, in provider: any ConfigProvider, named name: String
    ) throws(SettingsError) -> String? {
        let key = AbsoluteConfigKey([setting.key])
        if setting.isList,
            case .stringArray(let items)? = try? provider.value(forKey: key, type: .stringArray).value?.content
        {
            return items.joined(separator: ",")
        }
        do {
            guard
                case .string(let text) = try provider.value(forKey: key, type: .string).value?.content
            else { return nil }
            return text
        } catch {
            throw SettingsError("\(setting.key) of \(name) must be \(setting.isList ? "a list" : "one value")")
        }
    }
}

import Configuration

/// One of the places that settings are taken from.
struct SettingsSource {
    /// As in "port of the command line".
    let name: String
    let provider: any ConfigProvider
    /// Where a file has its settings.
    var lines: [String: Int] = [:]

    /// What it says of a setting; nil for nothing.
    func text(of setting: Setting) -> String? {
        let key = AbsoluteConfigKey([setting.key])
        if setting.isList,
            case .stringArray(let items)? = try? provider.value(forKey: key, type: .stringArray).value?.content
        {
            return items.joined(separator: ",")
        }
        guard case .string(let text)? = try? provider.value(forKey: key, type: .string).value?.content else {
            return nil
        }
        return text
    }

    /// Says where a setting is whose value can't be.
    func refusal(_ setting: Setting, _ error: SettingsError) -> SettingsError {
        let line = lines[setting.key].map { ", line \($0)," } ?? ""
        return SettingsError("\(setting.key) of \(name)\(line) \(error)")
    }
}

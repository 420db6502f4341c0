extension SettingsReader.Effective {
    /// All settings as a YAML file, each with what it is and who has said so; secrets are left out.
    package var text: String {
        sources.map { setting, source in
            let value = setting.isSecret ? "'hidden'" : Self.scalar(setting.show(settings))
            return "# \(setting.summary) \(Self.capitalized(setting.bound)).\n\(setting.key): \(value)  # \(source)\n"
        }.joined(separator: "\n")
    }

    /// Plain where YAML takes it for nothing else.
    private static func scalar(_ value: String) -> String {
        let isPlain = value.contains(/^[A-Za-z0-9][A-Za-z0-9._\/-]*$/)
        return isPlain ? value : "'\(value.replacing("'", with: "''"))'"
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension Setting {
    /// A setting of several values: between commas on the command line and in the environment, a list in the file, `none`
    /// for no value.
    static func list<Element: Sendable>(
        _ key: String, _ path: Path<[Element]>, _ bound: String, _ summary: String,
        parse: @escaping @Sendable (String) -> Element?, show: @escaping @Sendable (Element) -> String
    ) -> Setting {
        var setting = value(
            key, path, bound, summary,
            parse: { text in
                guard text != noValue else { return [] }
                let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
                let elements = parts.compactMap(parse)
                return elements.count == parts.count ? elements : nil
            },
            show: { $0.isEmpty ? noValue : $0.map(show).joined(separator: ",") })
        setting.isList = true
        return setting
    }

    private static let noValue = "none"

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

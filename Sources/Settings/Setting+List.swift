extension Setting {
    /// A setting of any number of values, each read by itself: between commas on the command line and in the environment, a
    /// sequence in the file, `none` for no value.
    static func list<Value: Sendable>(
        _ key: String, _ path: Path<[Value]>, _ bound: String, _ summary: String,
        parse: @escaping @Sendable (String) -> Value?, show: @escaping @Sendable (Value) -> String
    ) -> Setting {
        value(
            key, path, bound, summary, isList: true,
            parse: { text in
                let values = items(text).map(parse)
                return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
            },
            show: { $0.isEmpty ? noValue : $0.map(show).joined(separator: ", ") })
    }

    /// What stands between commas; nothing in an empty text.
    static func items(_ text: String) -> [String] {
        let items = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { String($0.replacing(/^ +| +$/, with: "")) }
        return [[""], [noValue]].contains(items) ? [] : items
    }
}

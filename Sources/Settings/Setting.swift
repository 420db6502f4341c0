import Gateway

/// One value of the configuration: its key, what it means, what it may be.
///
/// `max_wait` is `--max-wait` on the command line, `SLIPGATE_MAX_WAIT` in the environment, `max_wait` in the file.
package struct Setting: Sendable {
    package let key: String
    /// A sentence.
    package let summary: String
    /// What it may be, in words.
    package let bound: String
    /// Whether it has any number of values: in the file a sequence, elsewhere with commas between them.
    package let isList: Bool
    /// Reads the value's text into the settings; throws why it can't be.
    let read: @Sendable (String, inout Settings) throws(SettingsError) -> Void
    /// The value as it would be written.
    let show: @Sendable (Settings) -> String

    package var flag: String { "--" + key.replacing("_", with: "-") }
    package var variable: String { SettingsReader.variablePrefix + key.uppercased() }
    /// The value when nobody says anything.
    package var standard: String { show(Settings()) }
}

extension Setting {
    typealias Path<Value> = any WritableKeyPath<Settings, Value> & Sendable

    /// What is written where a setting has no value.
    static let noValue = "none"

    /// A setting of one value, which `parse` reads within its bound; nil is refused.
    static func value<Value>(
        _ key: String, _ path: Path<Value>, _ bound: String, _ summary: String, isList: Bool = false,
        parse: @escaping @Sendable (String) -> Value?, show: @escaping @Sendable (Value) -> String
    ) -> Setting {
        Setting(
            key: key, summary: summary, bound: bound, isList: isList,
            read: { text, settings throws(SettingsError) in
                guard let value = parse(text) else {
                    throw SettingsError("must be \(bound), not '\(text)'")
                }
                settings[keyPath: path] = value
            },
            show: { show($0[keyPath: path]) })
    }

    /// A setting whose value lies within a range; `kind` is put before that in words.
    private static func bounded<Value: Comparable & Sendable>(
        _ key: String, _ path: Path<Value>, _ range: ClosedRange<Value>, _ summary: String, kind: String = "",
        parse: @escaping @Sendable (String) -> Value?, show: @escaping @Sendable (Value) -> String
    ) -> Setting {
        value(
            key, path, "\(kind)\(show(range.lowerBound)) to \(show(range.upperBound))", summary,
            parse: { text in parse(text).flatMap { range.contains($0) ? $0 : nil } }, show: show)
    }

    static func count<Value: FixedWidthInteger & Sendable>(
        _ key: String, _ path: Path<Value>, _ range: ClosedRange<Value>, _ summary: String
    ) -> Setting {
        bounded(key, path, range, summary, kind: "a number from ", parse: { Value($0) }, show: { "\($0)" })
    }

    /// Bytes, with a unit or without.
    static func size(_ key: String, _ path: Path<Int>, _ range: ClosedRange<Int>, _ summary: String) -> Setting {
        bounded(key, path, range, summary, parse: SizeText.parse, show: SizeText.format)
    }

    static func time(
        _ key: String, _ path: Path<Duration>, _ range: ClosedRange<Duration>, _ summary: String
    ) -> Setting {
        bounded(key, path, range, summary, parse: DurationText.parse, show: DurationText.format)
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ path: Path<Value>, _ summary: String
    ) -> Setting {
        let names = Value.allCases.map(\.rawValue)
        let bound = names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
        return value(key, path, bound, summary, parse: { Value(rawValue: $0) }, show: { $0.rawValue })
    }

    static func flag(_ key: String, _ path: Path<Bool>, _ summary: String) -> Setting {
        value(key, path, "true or false", summary, parse: { Bool($0) }, show: { "\($0)" })
    }
}

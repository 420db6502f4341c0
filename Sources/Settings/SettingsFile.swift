import Access
import Configuration
import FoundationEssentials
import Yams

/// The YAML file of the configuration.
struct SettingsFile {
    /// A key of the top level, with what it holds.
    struct Entry {
        let key: String
        let line: Int
        let value: Node
    }

    /// Larger than any configuration.
    private static let maxBytes = 1024 * 1024

    let path: String
    /// In the file's order; none in a file without a value.
    let entries: [Entry]

    /// Reads the file, and takes nothing in it for a setting yet.
    init(_ path: String) throws(SettingsError) {
        self.path = path
        let data: Data
        do throws(AccessError) {
            data = try TextFile.read(path, upTo: Self.maxBytes)
        } catch {
            throw SettingsError(error.description)
        }
        let root: Node?
        do {
            root = try compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            throw SettingsError("\(path) is not YAML\(Self.place(error))")
        }
        guard let root, root != Node("", Tag(.null)) else {
            entries = []
            return
        }
        guard let mapping = root.mapping else {
            throw SettingsError("\(path) must have settings at its top level, as in 'port: 8080'.")
        }
        entries = mapping.map { key, value in
            Entry(key: key.string ?? "?", line: key.mark?.line ?? 0, value: value)
        }
    }

    /// The values of some settings, and the lines of each.
    ///
    /// - Throws: A `SettingsError` for what no setting can have; null is refused, as an empty variable is, since it may as
    ///   well be a slip that opens what should be closed.
    func values(of settings: [Setting]) throws(SettingsError) -> (
        values: [AbsoluteConfigKey: ConfigValue], lines: [String: Int]
    ) {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var lines: [String: Int] = [:]
        for entry in entries {
            guard let setting = settings.first(where: { $0.key == entry.key }) else { continue }
            let content: ConfigContent
            if let value = entry.value.value {
                content = .string(value)
            } else if setting.isList, let list = entry.value.values {
                content = .stringArray(list)
            } else {
                let what = setting.isList ? "a list of values" : "one value"
                throw SettingsError("\(entry.key) of \(path), line \(entry.line), must be \(what)")
            }
            values[AbsoluteConfigKey([entry.key])] = ConfigValue(content, isSecret: false)
            lines[entry.key] = entry.line
        }
        return (values, lines)
    }

    /// Where the parser stopped, and why; not what stands there, which may be a secret.
    private static func place(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ": line \(mark.line), column \(mark.column): \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            ": line \(context.mark.line): '\(keys.first ?? "?")' is there twice"
        default: ""
        }
    }
}

import Access
import Configuration
import FoundationEssentials
import SystemPackage
import Yams

/// The YAML file of the configuration.
enum SettingsFile {
    /// Larger than any configuration.
    private static let maxBytes = 1024 * 1024

    /// The top level's keys with what they hold, in the file's order; none in a file without a value.
    static func entries(_ path: String) throws(SettingsError) -> [(key: String, value: Node)] {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SettingsError("\(path) can't be read: is it there, and may this user read it?")
        }
        guard bytes.count <= maxBytes else {
            throw SettingsError("\(path) is larger than \(SizeText.format(maxBytes)): is it a configuration?")
        }
        let root: Node?
        do {
            root = try compose(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw SettingsError("\(path) is not YAML\(YAMLFault.place(error))")
        }
        guard let root, root != Node("", Tag(.null)) else { return [] }
        guard let mapping = root.mapping else {
            throw SettingsError("\(path) must have settings at its top level, as in 'port: 8080'.")
        }
        return mapping.map { ($0.string ?? "?", $1) }
    }

    static func provider(_ path: String) async throws(SettingsError) -> any ConfigProvider {
        do {
            return try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
        } catch {
            throw SettingsError("\(path) has a value that no setting can have, such as a list with mappings in it")
        }
    }
}

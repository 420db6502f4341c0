import Gateway
import PhoenixChannels

extension SettingsReader.Effective {
    /// All settings as a YAML file, each with what it is and who has said so; `EndpointDraft.hidden` in place of secrets.
    package var text: String {
        let texts = sources.map { setting, source in
            let value = Self.value(setting, setting.show(settings))
            return "# \(setting.summary) \(Self.capitalized(setting.bound)).\n\(setting.key): \(value)  # \(source)\n"
        }
        return (texts + [endpointsText]).joined(separator: "\n")
    }

    private static let hidden = scalar(EndpointDraft.hidden)

    private static func value(_ setting: Setting, _ text: String) -> String {
        guard setting.isList else { return scalar(text) }
        return "[" + Setting.items(text).map(scalar).joined(separator: ", ") + "]"
    }

    private var endpointsText: String {
        let summary = """
            # Upstreams that requests name with "endpoint". Names, and below each uri, and as needed the others of \
            \(EndpointDraft.Member.list); SLIPGATE_ENDPOINTS_<NAME>_URI and so on.

            """
        guard !endpoints.isEmpty else { return summary + "\(EndpointDrafts.key): {}  # default\n" }
        let texts = endpoints.map { draft in
            let members = EndpointDraft.Member.allCases.compactMap { member in
                draft.values[member].map { Self.lines(member, $0) }
            }
            return "  \(Self.scalar(draft.name)):\n" + members.joined()
        }
        return summary + "\(EndpointDrafts.key):\n" + texts.joined()
    }

    private static func lines(_ member: EndpointDraft.Member, _ value: EndpointDraft.Value) -> String {
        let key = "    \(member.rawValue):"
        if member.isMapping {
            let entries = (try? JSONText(validating: Array(value.text.utf8)))?.slice.members() ?? []
            guard !entries.isEmpty else { return "\(key) {}  # \(value.source)\n" }
            return "\(key)  # \(value.source)\n" + entries.map { "      \(quoted($0.name)): \(hidden)\n" }.joined()
        }
        let shown = member.isSecret ? hidden : scalar(member == .uri ? withoutQuery(value.text) : value.text)
        return "\(key) \(shown)  # \(value.source)\n"
    }

    /// A uri's query may hold secrets.
    private static func withoutQuery(_ uri: String) -> String {
        uri.firstIndex(of: "?").map { String(uri[...$0]) + EndpointDraft.hidden } ?? uri
    }

    /// Plain where YAML takes it for nothing else.
    private static func scalar(_ value: String) -> String {
        let isPlain = value.contains(/^[A-Za-z0-9][A-Za-z0-9._\/-]*$/)
        return isPlain ? value : "'\(value.replacing("'", with: "''"))'"
    }

    /// Whatever it has in it, as JSON has it, which YAML reads too.
    private static func quoted(_ name: String) -> String {
        guard scalar(name) != name else { return name }
        var bytes: [UInt8] = []
        bytes.appendJSONString(name)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

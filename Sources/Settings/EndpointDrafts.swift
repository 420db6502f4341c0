import PhoenixChannels
import Yams

/// All named endpoints as they are written: those of the file, and over them what the environment says.
struct EndpointDrafts: Sendable {
    /// The file's key of all of them.
    static let key = "endpoints"
    /// What the variables begin with: `SLIPGATE_ENDPOINTS_CHAT_AUTH_TOKEN`.
    static let variablePrefix = SettingsReader.variablePrefix + "ENDPOINTS_"

    private var drafts: [String: EndpointDraft] = [:]

    /// By name.
    var sorted: [EndpointDraft] { drafts.values.sorted { $0.name < $1.name } }

    /// Takes what the file has under `endpoints`.
    mutating func read(_ node: Node, file: String) throws(SettingsError) {
        if node.isNothing { return }
        guard let endpoints = node.mapping else {
            throw SettingsError("endpoints of \(file) must be names, each with its uri below it")
        }
        for (key, value) in endpoints {
            var draft = try EndpointDraft(key.string ?? "?", in: "endpoints of \(file)")
            guard let members = value.mapping else {
                throw SettingsError("endpoints.\(draft.name) of \(file) must have its members below it, as in 'uri: …'")
            }
            for (key, value) in members {
                guard let member = EndpointDraft.Member(rawValue: key.string ?? "?") else {
                    throw SettingsError(
                        "\(file): 'endpoints.\(draft.name).\(key.string ?? "?")' is no setting; an endpoint has "
                            + "\(EndpointDraft.Member.list).")
                }
                draft.set(member, try Self.text(value, member, "endpoints.\(draft.name)", file), from: file)
            }
            drafts[draft.name] = draft
        }
    }

    /// Takes what the environment says; a name's `-` is written `_` there, as all that is no letter or digit.
    mutating func read(_ variables: [String: String]) throws(SettingsError) {
        for (variable, text) in variables.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(Self.variablePrefix) {
            let rest = variable.dropFirst(Self.variablePrefix.count)
            // The longest: PROXY_USER is no USER.
            let found = EndpointDraft.Member.allCases
                .filter { rest.hasSuffix("_" + $0.rawValue.uppercased()) }
                .max { $0.rawValue.count < $1.rawValue.count }
            guard let member = found, rest.count > member.rawValue.count + 1 else {
                throw SettingsError(
                    "\(variable) in the environment is no setting: \(Self.variablePrefix)<NAME>_ is followed by one of "
                        + "\(EndpointDraft.Member.list), in capitals.")
            }
            let capitals = rest.dropLast(member.rawValue.count + 1)
            let known = drafts.keys.filter { $0.uppercased().replacing("-", with: "_") == capitals }.sorted()
            guard known.count < 2 else {
                throw SettingsError(
                    "\(variable) in the environment may be meant for \(known.joined(separator: " or ")): rename one.")
            }
            let name = known.first ?? capitals.lowercased()
            if drafts[name] == nil { drafts[name] = try EndpointDraft(name, in: "\(variable) in the environment") }
            drafts[name]?.set(member, text, from: "the environment")
        }
    }

    private static func text(
        _ node: Node, _ member: EndpointDraft.Member, _ place: String, _ file: String
    ) throws(SettingsError) -> String {
        if let text = node.string, !node.isNothing { return text }
        guard member.isMapping, node.mapping != nil, let json = node.json else {
            let what = member.isMapping ? "must be a mapping whose values are text" : "must be one value"
            throw SettingsError("\(place).\(member.rawValue) of \(file) \(what)")
        }
        return json
    }
}

extension Node {
    /// Whether nothing is written there, or `null`.
    fileprivate var isNothing: Bool {
        guard let scalar = scalar else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The node as JSON, in which every scalar is text: so it goes into a query or a header anyway; nil where it can't be.
    fileprivate var json: String? {
        switch self {
        case .scalar(let scalar):
            guard !isNothing else { return nil }
            var text: [UInt8] = []
            text.appendJSONString(scalar.string)
            return String(decoding: text, as: UTF8.self)
        case .sequence(let sequence):
            let elements = sequence.compactMap(\.json)
            return elements.count == sequence.count ? "[\(elements.joined(separator: ","))]" : nil
        case .mapping(let mapping):
            let members = mapping.compactMap { key, value -> String? in
                guard key.scalar != nil, let name = key.json, let value = value.json else { return nil }
                return "\(name):\(value)"
            }
            return members.count == mapping.count ? "{\(members.joined(separator: ","))}" : nil
        case .alias: return nil
        }
    }
}

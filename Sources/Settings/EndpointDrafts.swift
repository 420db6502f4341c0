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
            throw SettingsError("endpoints of \(Self.place(node, file)), must be names, each with its uri below it")
        }
        for (key, value) in endpoints {
            var draft = try EndpointDraft(key.string ?? "?", in: "endpoints of \(Self.place(key, file))")
            guard let members = value.mapping else {
                throw SettingsError(
                    "endpoints.\(draft.name) of \(Self.place(key, file)), must have its members below it, as in 'uri: …'"
                )
            }
            for (key, value) in members {
                guard let member = EndpointDraft.Member(rawValue: key.string ?? "?") else {
                    throw SettingsError(
                        "\(Self.place(key, file)): 'endpoints.\(draft.name).\(key.string ?? "?")' is no setting; an "
                            + "endpoint has \(EndpointDraft.Member.list).")
                }
                guard let text = value.value ?? (member.isMapping && value.mapping != nil ? value.json : nil) else {
                    let what = member.isMapping ? "a mapping whose values are text" : "one value"
                    throw SettingsError(
                        "endpoints.\(draft.name).\(member.rawValue) of \(Self.place(key, file)), must be \(what)")
                }
                draft.set(member, EndpointDraft.Value(text: text, source: file, line: key.mark?.line))
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
            drafts[name]?.set(member, EndpointDraft.Value(text: text, source: "the environment"))
        }
    }

    private static func place(_ node: Node, _ file: String) -> String { "\(file), line \(node.mark?.line ?? 0)" }
}

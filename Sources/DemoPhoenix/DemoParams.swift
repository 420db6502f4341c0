import PhoenixChannels

/// A query as Plug decodes it: `a[b]=1` nests, `l[]=x` lists, `+` is a space (transcript `connect_params`).
struct DemoParams: Equatable {
    /// A value of the query; maps keep no order, as in Elixir.
    enum Value: Equatable {
        case text(String)
        case list([Value])
        case map([String: Value])
    }

    /// Brackets that may follow a name; with more of them, what is over belongs to the last one's name.
    private static let maxDepth = 16

    private(set) var values: [String: Value] = [:]

    init(query: some StringProtocol) {
        var all = Value.map([:])
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count == 2 ? Self.unescape(sides[1]) : ""
            Self.insert(value, at: Self.path(Self.unescape(sides[0]))[...], into: &all)
        }
        if case .map(let values) = all { self.values = values }
    }

    /// The text of a parameter; nil where there is none, or a nested one.
    subscript(name: String) -> String? {
        if case .text(let text) = values[name] { text } else { nil }
    }

    /// The parameters as a JSON object, names in order.
    var json: [UInt8] {
        var bytes: [UInt8] = []
        Self.append(.map(values), to: &bytes)
        return bytes
    }

    /// `n[a][]` is `n`, `a` and the empty name, which stands for one more element.
    private static func path(_ name: String) -> [String] {
        guard let bracket = name.firstIndex(of: "["), name.hasSuffix("]"), bracket > name.startIndex else {
            return [name]
        }
        let inner = name[name.index(after: bracket)...].dropLast()
        var parts = [String(name[..<bracket])]
        var rest = Substring(inner)
        while parts.count < maxDepth, let gap = rest.firstIndex(of: "]"), rest[gap...].hasPrefix("][") {
            parts.append(String(rest[..<gap]))
            rest = rest[gap...].dropFirst(2)
        }
        return parts + [String(rest)]
    }

    private static func insert(_ text: String, at path: ArraySlice<String>, into value: inout Value) {
        guard let name = path.first else {
            value = .text(text)
            return
        }
        let rest = path.dropFirst()
        if name.isEmpty {
            var list: [Value] = if case .list(let list) = value { list } else { [] }
            var element = Value.map([:])
            insert(text, at: rest, into: &element)
            list.append(element)
            value = .list(list)
        } else {
            var map: [String: Value] = if case .map(let map) = value { map } else { [:] }
            insert(text, at: rest, into: &map[name, default: .map([:])])
            value = .map(map)
        }
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .text(let text):
            bytes.appendJSONString(text)
        case .list(let list):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in list.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .map(let map):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in map.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.appendJSONString(member.key)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Percent-decodes; what is no escape stays as it is.
    private static func unescape(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

import PhoenixChannels
import Yams

extension Node {
    /// Whether nothing is written there, or `null`.
    var isNothing: Bool {
        guard let scalar else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What is written there as one value; nil for a list, a mapping, and nothing.
    var value: String? { isNothing ? nil : scalar?.string }

    /// The values of a list of such; nil for anything else.
    var values: [String]? {
        let values = sequence?.compactMap(\.value)
        return values?.count == sequence?.count ? values : nil
    }

    /// The node as JSON, in which every scalar but null is text: so it goes into a query or a header anyway; nil where it
    /// can't be.
    var json: String? {
        switch self {
        case .scalar:
            return value.map(Self.quoted) ?? "null"
        case .sequence(let sequence):
            let elements = sequence.compactMap(\.json)
            return elements.count == sequence.count ? "[\(elements.joined(separator: ","))]" : nil
        case .mapping(let mapping):
            let members = mapping.compactMap { key, value -> String? in
                guard let name = key.value, let value = value.json else { return nil }
                return "\(Self.quoted(name)):\(value)"
            }
            return members.count == mapping.count ? "{\(members.joined(separator: ","))}" : nil
        case .alias: return nil
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.appendJSONString(text)
        return String(decoding: bytes, as: UTF8.self)
    }
}

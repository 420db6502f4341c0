import Logging

/// One record as a line: without line breaks or control bytes in it, and no longer than `maxBytes`.
struct LogLine {
    /// What a pipe takes whole or not at all (PIPE_BUF on Linux), where it is written by itself.
    static let maxBytes = 4_096
    /// A longer value is cut; no name or id of ours is as long.
    static let maxValue = 512

    let time: String
    let level: Logger.Level
    let label: String
    let message: String

    func bytes(_ format: LogFormat, _ metadata: Logger.Metadata) -> [UInt8] {
        let pairs = metadata.sorted { $0.key < $1.key }
        let whole = line(format, pairs)
        guard whole.count > Self.maxBytes else { return whole }
        return line(format, [(key: "truncated", value: "true")])
    }

    private func line(_ format: LogFormat, _ pairs: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        switch format {
        case .text: text(pairs)
        case .json: json(pairs)
        }
    }

    private func text(_ pairs: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        var bytes = Array("\(time) \(level) \(label): ".utf8)
        Self.append(escaped: Self.cut(message), to: &bytes)
        for (key, value) in pairs {
            bytes.append(UInt8(ascii: " "))
            Self.append(escaped: Self.cut(key), to: &bytes)
            bytes.append(UInt8(ascii: "="))
            let words = Self.cut("\(value)")
            let isPlain = !words.isEmpty && words.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D }
            if isPlain { Self.append(escaped: words, to: &bytes) } else { Self.append(quoted: words, to: &bytes) }
        }
        return bytes + [UInt8(ascii: "\n")]
    }

    private func json(_ pairs: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        var bytes = Array(#"{"time":""#.utf8) + Array(time.utf8) + Array(#"","level":""#.utf8)
        bytes += Array("\(level)".utf8) + Array(#"","logger":"#.utf8)
        Self.append(quoted: Self.cut(label), to: &bytes)
        bytes += Array(#","message":"#.utf8)
        Self.append(quoted: Self.cut(message), to: &bytes)
        for (key, value) in pairs {
            bytes.append(UInt8(ascii: ","))
            // A name is there once.
            Self.append(quoted: Self.ownNames.contains(key) ? key + "_" : Self.cut(key), to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            if let number = Self.plain(value) {
                bytes += Array(number.utf8)
            } else {
                Self.append(quoted: Self.cut("\(value)"), to: &bytes)
            }
        }
        return bytes + Array("}\n".utf8)
    }

    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    /// A number or a boolean as JSON has it.
    private static func plain(_ value: Logger.MetadataValue) -> String? {
        guard case .stringConvertible(let value) = value else { return nil }
        switch value {
        case let number as Int: return "\(number)"
        case let number as Double where number.isFinite: return "\(number)"
        case let flag as Bool: return "\(flag)"
        default: return nil
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= maxValue ? text : text.prefix(maxValue / 4) + "…"
    }

    /// The text with `?` for what would end or change the line on a terminal.
    private static func append(escaped text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                bytes.append(UInt8(ascii: "?"))
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
    }

    private static func append(quoted text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
            } else if isControl(scalar) {
                let digits = String(scalar.value, radix: 16)
                bytes += Array(#"\u"#.utf8) + Array(String(repeating: "0", count: max(0, 4 - digits.count)).utf8)
                bytes += Array(digits.utf8)
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// C0, DEL, C1, and the line separators that some readers break at.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }
}

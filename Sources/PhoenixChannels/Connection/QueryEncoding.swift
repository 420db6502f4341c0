/// JSON as a query that Plug decodes to the same: `a[b]=1` nests, `l[]=x` lists.
enum QueryEncoding {
    /// Appends the pairs of a value.
    ///
    /// `name` is escaped already. Empty containers have no pair.
    static func append(_ value: JSONSlice, named name: String, to pairs: inout [String]) {
        switch value.kind {
        case .object:
            for member in value.members() {
                append(member.value, named: "\(name)%5B\(escape(member.name))%5D", to: &pairs)
            }
        case .array:
            for element in value.elements() { append(element, named: "\(name)%5B%5D", to: &pairs) }
        case .string:
            pairs.append("\(name)=\(escape(value.string ?? ""))")
        case .null:
            pairs.append("\(name)=")
        case .number, .true, .false:
            pairs.append("\(name)=\(escape(String(decoding: value.bytes, as: UTF8.self)))")
        }
    }

    /// All but RFC 3986's unreserved characters percent-encoded.
    static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONSlice {
    /// An object's members in the order of the text, duplicates included; empty unless this is an object.
    package func members() -> [(name: String, value: JSONSlice)] {
        var members: [(name: String, value: JSONSlice)] = []
        storage.withUnsafeBufferPointer { bytes in
            walkMembers(bytes) { name, value in
                members.append((JSONUnescaping.string(in: bytes, name), JSONSlice(storage, value)))
                return true
            }
        }
        return members
    }

    /// The first member of this name, as in Jason; names are compared after unescaping, byte by byte.
    package func member(_ name: String) -> JSONSlice? {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(name.utf8.count + 2)
        quoted.appendJSONString(name)
        return quoted.withUnsafeBufferPointer { member(quoted: $0, 0..<$0.count) }
    }

    /// The first members of these two names, found in one pass; for names that no JSON text must escape.
    func members(_ one: StaticString, _ other: StaticString) -> (JSONSlice?, JSONSlice?) {
        var found: (JSONSlice?, JSONSlice?) = (nil, nil)
        storage.withUnsafeBufferPointer { bytes in
            walkMembers(bytes) { name, value in
                if found.0 == nil, JSONUnescaping.isEqual(bytes, name, one) {
                    found.0 = JSONSlice(storage, value)
                } else if found.1 == nil, JSONUnescaping.isEqual(bytes, name, other) {
                    found.1 = JSONSlice(storage, value)
                }
                return found.0 == nil || found.1 == nil
            }
        }
        return found
    }

    /// An array's elements; empty unless this is an array.
    package func elements() -> [JSONSlice] {
        var elements: [JSONSlice] = []
        storage.withUnsafeBufferPointer { bytes in
            walkElements(bytes) { elements.append(JSONSlice(storage, $0)) }
        }
        return elements
    }

    /// The first member whose name is the string at `range` in another text.
    func member(quoted other: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> JSONSlice? {
        storage.withUnsafeBufferPointer { bytes in
            var found: JSONSlice?
            walkMembers(bytes) { name, value in
                guard JSONUnescaping.areEqual(bytes, name, other, range) else { return true }
                found = JSONSlice(storage, value)
                return false
            }
            return found
        }
    }

    /// Calls `body` with the ranges of each name and value, until it returns false.
    func walkMembers(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Range<Int>) -> Bool) {
        guard kind == .object else { return }
        var index = range.lowerBound + 1
        while true {
            index = JSONBytes.skipWhitespace(in: bytes, from: index)
            guard index < range.upperBound, bytes[index] == UInt8(ascii: "\"") else { return }
            let name = index..<JSONBytes.skipString(in: bytes, from: index)
            // The colon, then the value, then a comma or the end.
            index = JSONBytes.skipWhitespace(in: bytes, from: name.upperBound)
            index = JSONBytes.skipWhitespace(in: bytes, from: index + 1)
            let value = index..<max(index, JSONBytes.skipValue(in: bytes, from: index))
            guard body(name, value) else { return }
            index = JSONBytes.skipWhitespace(in: bytes, from: value.upperBound) + 1
        }
    }

    func walkElements(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
        guard kind == .array else { return }
        var index = JSONBytes.skipWhitespace(in: bytes, from: range.lowerBound + 1)
        guard index < range.upperBound - 1 else { return }
        while index < range.upperBound - 1 {
            index = JSONBytes.skipWhitespace(in: bytes, from: index)
            let end = JSONBytes.skipValue(in: bytes, from: index)
            body(index..<end)
            index = JSONBytes.skipWhitespace(in: bytes, from: end) + 1
        }
    }
}

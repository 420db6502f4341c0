extension JSONSlice {
    /// A member whose name is kept as it was written, in its quotes, and as the bytes that it stands for.
    struct NamedMember {
        let name: [UInt8]
        let id: [UInt8]
        let value: JSONSlice
    }

    /// An object's members in the order of the text, the first of duplicate names only; empty unless this is an object.
    func namedMembers() -> [NamedMember] {
        var members: [NamedMember] = []
        var seen: Set<[UInt8]> = []
        storage.withUnsafeBufferPointer { bytes in
            walkMembers(bytes) { name, value in
                let content = UnsafeBufferPointer(rebasing: bytes[name.lowerBound + 1..<name.upperBound - 1])
                let id = JSONUnescaping.unescaped(content)
                if seen.insert(id).inserted {
                    members.append(NamedMember(name: Array(bytes[name]), id: id, value: JSONSlice(storage, value)))
                }
                return true
            }
        }
        return members
    }
}

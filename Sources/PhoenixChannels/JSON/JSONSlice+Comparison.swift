extension JSONSlice {
    /// Whether both are the same JSON value.
    ///
    /// Numbers are compared as exact decimals, strings after unescaping, objects in any order, with the first of
    /// duplicate names counting.
    package func isEqual(to other: JSONSlice) -> Bool {
        switch (kind, other.kind) {
        case (.object, .object):
            let left = firstMembers()
            let right = other.firstMembers()
            guard left.count == right.count else { return false }
            return left.allSatisfy { name, value in right[name].map { value.isEqual(to: $0) } ?? false }
        case (.array, .array):
            let left = elements()
            let right = other.elements()
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
        case (_, _):
            return isEqualScalar(to: other)
        }
    }

    private func isEqualScalar(to other: JSONSlice) -> Bool {
        switch (kind, other.kind) {
        case (.string, .string):
            return storage.withUnsafeBufferPointer { left in
                other.storage.withUnsafeBufferPointer { right in
                    JSONUnescaping.areEqual(left, range, right, other.range)
                }
            }
        case (.number, .number):
            return bytes == other.bytes || decimal == other.decimal
        case (.true, .true), (.false, .false), (.null, .null):
            return true
        case (_, _):
            return false
        }
    }

    /// Each name, as unescaped bytes, with its first value.
    ///
    /// Bytes, since `String` takes canonical equivalents for equal.
    private func firstMembers() -> [[UInt8]: JSONSlice] {
        var members: [[UInt8]: JSONSlice] = [:]
        storage.withUnsafeBufferPointer { bytes in
            walkMembers(bytes) { name, value in
                let content = UnsafeBufferPointer(rebasing: bytes[name.lowerBound + 1..<name.upperBound - 1])
                let key = JSONUnescaping.unescaped(content)
                if members[key] == nil { members[key] = JSONSlice(storage, value) }
                return true
            }
        }
        return members
    }
}

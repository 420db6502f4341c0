package import PhoenixChannels

/// Whether two texts are the same JSON value.
package func isSameJSON(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard let left = try? JSONText(validating: left, limits: .lenient),
        let right = try? JSONText(validating: right, limits: .lenient)
    else { return false }
    return left.slice.isEqual(to: right.slice)
}

extension Frame {
    /// Whether both are the same message: text as JSON values, binary as bytes.
    package func isSame(as other: Frame) -> Bool {
        switch (self, other) {
        case (.text(let left), .text(let right)): isSameJSON(left, right)
        case (.binary(let left), .binary(let right)): left == right
        case (.text, .binary), (.binary, .text): false
        }
    }
}

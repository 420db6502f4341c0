import PhoenixChannels

/// JSON text: what the scanner takes can be walked, compared and sent on one line; and its limits agree.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let strict = try? JSONText(validating: bytes, limits: .phoenix)
    guard let text = try? JSONText(validating: bytes, limits: .lenient) else {
        precondition(strict == nil, "the stricter limits take what the others refuse")
        return 0
    }
    precondition(text.bytes == bytes)
    precondition(String(validating: bytes, as: UTF8.self) != nil, "what isn't UTF-8 was taken")
    walk(text.slice)
    precondition(text.slice.isEqual(to: text.slice))
    var line: [UInt8] = []
    text.appendSingleLine(to: &line)
    precondition(!line.contains(0x0A) && !line.contains(0x0D))
    guard let again = try? JSONText(validating: line, limits: .lenient) else { fatalError("the line isn't JSON") }
    precondition(again.slice.isEqual(to: text.slice))
    // The text may stand as a payload between others, where it must not reach into what is beside it.
    let frame = Array(#"["1","2","t","e","#.utf8) + line + Array("]".utf8)
    if text.slice.kind != .object, text.slice.kind != .array { precondition(message(frame)?.topic == "t") }
    if strict != nil { precondition(message(frame).map { payload($0).isEqual(to: text.slice) } == true) }
    return 0
}

/// Looks at every value, and at each as a text of its own.
private func walk(_ value: JSONSlice) {
    let own = try? JSONText(validating: value.text.bytes, limits: .lenient)
    precondition(own != nil, "a value inside the text isn't JSON by itself")
    switch value.kind {
    case .object:
        for member in value.members() {
            // The name of an unpaired surrogate has no `String` of its own.
            precondition(value.member(member.name) != nil || member.name.contains("\u{FFFD}"))
            walk(member.value)
        }
    case .array: for element in value.elements() { walk(element) }
    case .string: precondition(value.string != nil)
    case .number: precondition(value.decimal != nil)
    case .true, .false: precondition(value.bool != nil)
    case .null: precondition(value.isNull)
    }
}

private func message(_ frame: [UInt8]) -> Message? { try? V2Serializer.decode(.text(frame), by: .client) }

private func payload(_ message: Message) -> JSONSlice {
    switch message.payload {
    case .json(let text): text.slice
    case .binary: fatalError("a text frame has no binary payload")
    }
}

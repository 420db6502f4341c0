import HTTPCore

/// A request target: one that is taken has nothing dangerous in it, and is read as the same when it is written anew.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let raw = Array(UnsafeBufferPointer(start: data, count: size))
    guard let target = try? RequestTarget(raw) else { return 0 }
    precondition(raw.first == UInt8(ascii: "/") && raw.allSatisfy { $0 > 0x20 && $0 != 0x7F })
    let texts = target.segments + target.query.flatMap { [$0.name, $0.value] }
    precondition(texts.allSatisfy { !$0.utf8.contains(0) })
    precondition((try? RequestTarget(Array(written(target).utf8))) == target)
    return 0
}

private func written(_ target: RequestTarget) -> String {
    let query = target.query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    return "/" + target.segments.map(escaped).joined(separator: "/") + "?" + query
}

/// Every byte percent-encoded, so that nothing of what is between them is taken for a separator.
private func escaped(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

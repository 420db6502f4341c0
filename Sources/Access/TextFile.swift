import FoundationEssentials

/// A file that is read whole, within a bound.
enum TextFile {
    /// 10,000 tokens take some 2 MB.
    private static let maxBytes = 8 * 1024 * 1024

    static func read(_ path: String) throws(AccessError) -> Data {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw AccessError("\(path) can't be read: is it there, and may this user read it?")
        }
        guard data.count <= maxBytes else {
            throw AccessError("\(path) is larger than \(maxBytes) bytes: is it the right file?")
        }
        return data
    }
}

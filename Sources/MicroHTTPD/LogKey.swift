/// The keys of the logs' metadata.
enum LogKey {
    static let configured = "configured"
    static let connections = "connections"
    static let descriptors = "descriptors"
    static let reason = "reason"
    static let words = "words"
}

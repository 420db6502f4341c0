/// The keys of the logs' metadata.
enum LogKey {
    static let keys = "keys"
    static let reason = "reason"
    static let tokens = "tokens"
}

/// How records are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, label, message, and the metadata as `key=value`.
    case text
    /// For programs: an object a line.
    case json
}

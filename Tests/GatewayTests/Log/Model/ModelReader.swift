/// A read of the model: at once, or waiting.
struct ModelReader {
    let query: LogStep.Query
    var position: Int
    /// When its wait is over, in milliseconds.
    let deadline: Int
    private var found: [String] = []
    private var lost = 0
    private var gap = ""

    init(_ query: LogStep.Query, position: Int, deadline: Int = 0) {
        (self.query, self.position, self.deadline) = (query, position, deadline)
    }

    /// Reads on; the answer, if there is one now.
    mutating func advance(in log: LogModel) -> String? {
        if query.isAwait, position < log.gone {
            gap = " " + log.gap(after: position, earlier: lost)
            lost += log.gone - position
            position = log.gone
        }
        let page = log.page(after: position, limit: query.limit - found.count, event: query.event)
        position = page.next
        found += page.entries
        guard query.isAwait ? found.count == query.limit : !found.isEmpty else { return nil }
        return words(more: page.next < log.last)
    }

    /// The answer when nothing comes any more.
    var timeout: String { query.isAwait ? "504 " + words(more: nil) : words(more: false) }

    private func words(more: Bool?) -> String {
        "[\(found.joined(separator: " "))]\(gap) next \(position)" + (more.map { " more \($0)" } ?? "")
    }
}

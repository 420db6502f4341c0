/// A stream of the model: what was written waits for its client, and nothing further is read in the log meanwhile.
struct ModelStream {
    let event: String?
    private var position: Int
    private var written: [String] = []

    init(event: String?, position: Int, in log: LogModel) {
        (self.event, self.position) = (event, position)
        read(log)
    }

    /// The log has grown.
    mutating func grew(_ log: LogModel) {
        if written.isEmpty { read(log) }
    }

    /// The client takes all, and what is written thereupon.
    mutating func take(_ log: LogModel) -> String {
        var taken: [String] = []
        repeat {
            taken += written
            written = []
            read(log)
        } while !written.isEmpty
        return taken.joined(separator: " ")
    }

    private mutating func read(_ log: LogModel) {
        guard position < log.last else { return }
        let page = log.page(after: position, limit: .max, event: event)
        position = page.next
        written = page.entries
    }
}

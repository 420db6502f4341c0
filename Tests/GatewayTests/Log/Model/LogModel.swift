/// A session's log as one would explain it: all that ever came, in order, and how many of the oldest are gone.
///
/// Answers are written as `a#3 gap(overflow,2)#5`: an entry's event or kind, or why how many are lost, and its number.
struct LogModel {
    struct Limits {
        var maxEntries = 8
        /// Half a second beside every step's time, so that no entry is ever just as old as that.
        var maxAge = 6_500
    }

    private struct Entry {
        let word: String
        let isMessage: Bool
        let at: Int
    }

    struct Page {
        var entries: [String] = []
        var next: Int
    }

    let limits: Limits
    private var all: [Entry] = []
    private(set) var gone = 0
    private var reason = ""

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var last: Int { all.count }

    mutating func append(_ word: String, isMessage: Bool = true, at time: Int) {
        all.append(Entry(word: word, isMessage: isMessage, at: time))
        expire(at: time)
        drop(through: last - limits.maxEntries, "overflow")
    }

    mutating func expire(at time: Int) {
        drop(through: all.prefix { $0.at < time - limits.maxAge }.count, "age")
    }

    mutating func release(through number: Int) {
        drop(through: number, "released")
    }

    private mutating func drop(through number: Int, _ reason: String) {
        guard number > gone else { return }
        gone = number
        self.reason = reason
    }

    /// What is lost behind `after`, and a further `earlier` entries.
    func gap(after: Int, earlier: Int = 0) -> String {
        "gap(\(reason),\(gone - after + earlier))#\(gone)"
    }

    func page(after: Int, limit: Int, event: String?) -> Page {
        var page = Page(next: after)
        if after < gone {
            page.entries.append(gap(after: after))
            page.next = gone
        }
        while page.entries.count < limit, page.next < last {
            let entry = all[page.next]
            page.next += 1
            guard entry.isMessage, event == nil || event == entry.word else { continue }
            page.entries.append("\(entry.word)#\(page.next)")
        }
        return page
    }
}

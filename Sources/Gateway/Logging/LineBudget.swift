/// How many lines there may be of each upstream in a second; what is over is counted, and told in one line.
///
/// An upstream that thousands of sessions lose at once, and again and again, must neither fill the log nor crowd out what
/// is told of another. A window begins with its first line, and holds for all upstreams. Time is an argument.
struct LineBudget: Sendable {
    /// What was left out of a window.
    struct LeftOut: Sendable, Equatable {
        /// Nil for those that there was no room to tell apart.
        let upstream: UpstreamSubject.Upstream?
        let counts: [UpstreamNews.Kind: Int]
    }

    enum Verdict: Sendable, Equatable {
        case write
        /// With a time, what is left out is to be told after it: this is the window's first.
        case leaveOut(toldIn: Duration?)
    }

    private struct Use {
        var lines = 0
        var leftOut: [UpstreamNews.Kind: Int] = [:]
    }

    static let window = Duration.seconds(1)
    /// Lines of one upstream in a window: enough to see what happens; how often it does is the counts' to say, and the
    /// metrics'.
    static let maxLines = 10
    /// Upstreams told apart in a window, as clients may name any number of them; further ones are one.
    ///
    /// With that 330 lines at the most, about 100 KB, of a buffer for 1 MiB.
    static let maxUpstreams = 32

    private var end = Duration.zero
    private var uses: [UpstreamSubject.Upstream?: Use] = [:]
    private var hasLeftOut = false

    /// Ends the window if it is over.
    ///
    /// - Returns: what it has left out.
    mutating func close(at now: Duration) -> [LeftOut] {
        guard now >= end, !uses.isEmpty else { return [] }
        let leftOut = uses.compactMap { upstream, use in
            use.leftOut.isEmpty ? nil : LeftOut(upstream: upstream, counts: use.leftOut)
        }
        (uses, hasLeftOut) = ([:], false)
        return leftOut
    }

    /// Counts a line, in a window that `close` has left open or that begins.
    mutating func take(_ kind: UpstreamNews.Kind, of upstream: UpstreamSubject.Upstream, at now: Duration) -> Verdict {
        if uses.isEmpty { end = now + Self.window }
        let key = uses[upstream] != nil || uses.count < Self.maxUpstreams ? upstream : nil
        guard uses[key, default: Use()].lines >= Self.maxLines else {
            uses[key, default: Use()].lines += 1
            return .write
        }
        uses[key]?.leftOut[kind, default: 0] += 1
        defer { hasLeftOut = true }
        return .leaveOut(toldIn: hasLeftOut ? nil : end - now)
    }
}

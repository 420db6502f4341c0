/// What a text must keep to beyond the grammar of RFC 8259.
package struct JSONLimits: Sendable, Equatable {
    /// How many objects and arrays may stand inside each other.
    package var maxDepth: Int
    /// Refuses `\ud800` without its other half.
    package var refusesLoneSurrogates: Bool
    /// Refuses what a double would hold as infinity.
    package var refusesHugeNumbers: Bool

    package init(maxDepth: Int, refusesLoneSurrogates: Bool, refusesHugeNumbers: Bool) {
        self.maxDepth = maxDepth
        self.refusesLoneSurrogates = refusesLoneSurrogates
        self.refusesHugeNumbers = refusesHugeNumbers
    }

    /// For what is sent to a Phoenix server.
    ///
    /// Its parser, Jason, fails on an unpaired surrogate escape and on a number out of a double's range, and the server
    /// then closes the whole socket with 1011. 64 levels are more than a payload needs.
    package static let phoenix = JSONLimits(maxDepth: 64, refusesLoneSurrogates: true, refusesHugeNumbers: true)

    /// For what a server sent: only the grammar counts.
    ///
    /// 512 levels, so that comparing values, which recurses once a level, fits the 512 KiB of a small thread's stack.
    package static let lenient = JSONLimits(maxDepth: 512, refusesLoneSurrogates: false, refusesHugeNumbers: false)
}

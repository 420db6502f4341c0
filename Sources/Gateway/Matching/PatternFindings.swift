import PhoenixChannels

/// What the tests of a pattern find in one payload.
struct PatternFindings {
    private let places: PatternPlaces
    private let isBinary: Bool
    /// By the tests' numbers; false where there is no value.
    private(set) var outcomes: [Bool]
    /// The places that were come to: the first of duplicate members counts.
    private var seen: [Bool]

    init(_ places: PatternPlaces, isBinary: Bool = false) {
        self.places = places
        self.isBinary = isBinary
        outcomes = Array(repeating: false, count: places.tests.count)
        seen = Array(repeating: false, count: places.places.count)
    }

    /// Looks at the value that the walker is at, and moves behind it.
    mutating func look(at place: Int32, _ walker: inout JSONWalker) {
        seen[Int(place)] = true
        switch walker.kind {
        case .object:
            lookAtMembers(of: place, &walker)
            note(.object(isBinary: isBinary && place == PatternPlaces.root), at: place)
        case .array:
            note(.array(count: lookAtElements(of: place, &walker)), at: place)
        case .string:
            guard places[place].lastTest != nil else { return walker.skip() }
            walker.readString { note(.string($0), at: place) }
        case .number:
            guard places[place].lastTest != nil else { return walker.skip() }
            note(.number(walker.readNumber()), at: place)
        case .true, .false, .null:
            note(walker.kind == .null ? .null : .boolean(walker.kind == .true), at: place)
            walker.skip()
        }
    }

    private mutating func lookAtMembers(of place: Int32, _ walker: inout JSONWalker) {
        let wanted = places[place]
        var missing = wanted.members.count
        guard missing > 0 else { return walker.skip() }
        walker.open()
        while let member = walker.nextMember({ wanted.search($0).place }) {
            guard let member, !seen[Int(member)] else {
                walker.skip()
                continue
            }
            look(at: member, &walker)
            missing -= 1
            guard missing == 0 else { continue }
            // Nothing is behind the payload itself that its end were needed for.
            if place != PatternPlaces.root { walker.leave() }
            return
        }
    }

    private mutating func lookAtElements(of place: Int32, _ walker: inout JSONWalker) -> Int {
        let wanted = places[place].elements
        var count = 0
        walker.open()
        while walker.nextElement() {
            if count < wanted.count { look(at: wanted[count], &walker) } else { walker.skip() }
            count += 1
        }
        return count
    }

    private mutating func note(_ value: PatternTest.Value, at place: Int32) {
        var next = places[place].lastTest
        while let index = next {
            let test = places.tests[Int(index)]
            outcomes[Int(index)] = test.test.holds(for: value, numbers: places.numbers)
            next = test.previous
        }
    }
}

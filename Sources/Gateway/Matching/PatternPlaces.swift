import PhoenixChannels

/// The places in a payload that a pattern looks at, and what it tests there.
///
/// They are a tree of names and indexes, in which alternatives share what they have in common: so one walk through a
/// payload serves all of them.
struct PatternPlaces: Sendable {
    struct Place: Sendable {
        /// The members looked at, shorter names first.
        fileprivate(set) var members: [Member] = []
        /// The elements looked at, from the first on.
        fileprivate(set) var elements: [Int32] = []
        /// The test that was added here last.
        fileprivate(set) var lastTest: Int32?
    }

    struct Member: Sendable {
        /// Without its escapes.
        let name: [UInt8]
        let place: Int32
    }

    struct Test: Sendable {
        let test: PatternTest
        /// The one at the same place that was added before it.
        let previous: Int32?
    }

    /// The place of the payload itself.
    static let root: Int32 = 0

    private(set) var places = [Place()]
    private(set) var tests: [Test] = []
    /// What tests of numbers refer to.
    private(set) var numbers: [ExactDecimal] = []

    subscript(place: Int32) -> Place { places[Int(place)] }

    /// Adds a test, and returns its number.
    mutating func add(_ test: PatternTest, at place: Int32) -> Int {
        tests.append(Test(test: test, previous: places[Int(place)].lastTest))
        places[Int(place)].lastTest = Int32(tests.count - 1)
        return tests.count - 1
    }

    mutating func add(_ number: ExactDecimal) -> Int32 {
        numbers.append(number)
        return Int32(numbers.count - 1)
    }

    /// The place of a member, a new one if need be.
    mutating func member(_ name: [UInt8], of place: Int32) -> Int32 {
        let (index, found) = name.withUnsafeBufferPointer { places[Int(place)].search($0) }
        if let found { return found }
        let new = addPlace()
        places[Int(place)].members.insert(Member(name: name, place: new), at: index)
        return new
    }

    /// The place of an element, a new one if need be; the ones before it must be there.
    mutating func element(_ index: Int, of place: Int32) -> Int32 {
        if index < places[Int(place)].elements.count { return places[Int(place)].elements[index] }
        let new = addPlace()
        places[Int(place)].elements.append(new)
        return new
    }

    private mutating func addPlace() -> Int32 {
        places.append(Place())
        return Int32(places.count - 1)
    }
}

extension PatternPlaces.Place {
    /// Where a member looked at is among them, or would be, and its place.
    func search(_ name: UnsafeBufferPointer<UInt8>) -> (index: Int, place: Int32?) {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            switch Self.compare(name, members[middle].name) {
            case 0: return (middle, members[middle].place)
            case ..<0: high = middle
            default: low = middle + 1
            }
        }
        return (low, nil)
    }

    /// Less than zero when `left` comes first: by length, since that is known at once, and then byte by byte.
    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Int {
        guard left.count == right.count else { return left.count - right.count }
        for index in right.indices where left[index] != right[index] {
            return Int(left[index]) - Int(right[index])
        }
        return 0
    }
}

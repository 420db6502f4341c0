import HTTPCore

/// How many connections a server takes, and how many of their requests may wait.
struct Capacity: Sendable, Equatable {
    /// Connections at once.
    let connections: Int
    /// Requests that may be in flight when one is to wait: the rest is for requests that are answered at once.
    let waiting: Int
    /// The same for a request that only reads: what lies between is for pushes and the like.
    let waitingReads: Int

    /// One connection in so many is kept from what waits, and as many again from reads that wait.
    private static let reserveShare = 64
    private static let smallestReserve = 2

    /// What the configuration wants, as far as a process with so many descriptors can have it.
    init(_ configuration: ServerConfiguration, descriptors: Int) {
        let affordable = max(descriptors - configuration.reservedDescriptors, descriptors / 2)
        connections = max(1, min(configuration.maxConnections, affordable))
        let reserve = max(Self.smallestReserve, connections / Self.reserveShare)
        waitingReads = max(0, min(configuration.maxWaiters, connections - 2 * reserve))
        waiting = max(0, min(waitingReads + reserve, connections - reserve))
    }

    /// The room that a request finds with so many others in flight.
    ///
    /// Of those that were told there is room no more than that many can be there at once: each counted all before it.
    func occupancy(besides others: Int) -> Occupancy {
        if others < waitingReads { return .free }
        return others < waiting ? .crowded : .full
    }
}

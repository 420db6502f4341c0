/// What all connections of a server share.
struct DemoEnvironment: Sendable {
    let hub: DemoHub
    let presence = DemoPresence()
    let counters: TopicCounters
    let connections = DemoConnections()
    /// Nil unless a file was asked for: then it is off the path.
    let sequence: SequenceFile?
    /// Nil unless the control surface was asked for.
    let faults: DemoFaults?

    init(sequence: SequenceFile? = nil, hasControl: Bool = false) {
        self.sequence = sequence
        hub = DemoHub(lastSocket: sequence?.earlier.lastSocket ?? 0)
        counters = TopicCounters(sequence?.earlier.counters ?? [:])
        faults = hasControl ? DemoFaults() : nil
    }
}

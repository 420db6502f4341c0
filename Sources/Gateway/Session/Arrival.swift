/// A request that wants its session connected, and topics joined.
struct Arrival: Sendable {
    enum Form: Sendable {
        /// The request that makes the session.
        case creation
        /// A `PUT` of a session that stands, or is being made for another request.
        case attachment
        /// `…/connect`: a topic whose join is refused doesn't keep it waiting.
        case connect
    }

    let waiter: Waiter
    let form: Form
    /// The topics that are still to be joined.
    var missing: Set<String>
}

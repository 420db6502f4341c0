/// A request that waits for a reply, and how it wants to be answered.
struct ReplyWaiter: Sendable {
    let waiter: Waiter
    let form: ReplyForm
}

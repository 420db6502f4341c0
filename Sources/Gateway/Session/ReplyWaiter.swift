/// A request that waits for a reply, and how it wants to be answered.
struct ReplyWaiter: Sendable {
    enum Form: Sendable {
        /// `POST …/push?wait`: the reply, an `error` as a problem unless `errorsAre200`.
        case push(errorsAre200: Bool)
        /// `GET …/replies/{ref}?wait`: the reply as a resource.
        case resource
    }

    let waiter: Waiter
    let form: Form
}

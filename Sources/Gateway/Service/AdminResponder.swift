import HTTPCore

/// Health and metrics behind a listener of their own: how much room there is is asked of the other one.
struct AdminResponder: Responder {
    let router: Router
    /// What a request to the other listener would find.
    let occupancy: @Sendable () -> Occupancy

    func respond(to request: Request) -> Answer {
        router.respond(
            to: Request(
                id: request.id, method: request.method, target: request.target, headers: request.headers,
                body: request.body, occupancy: occupancy()))
    }
}

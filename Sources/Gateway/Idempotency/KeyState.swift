import HTTPCore
import HTTPTypes

/// What has become of the operation under one key.
///
/// States: `busy` while a thread calls the operation (the first one), `waiting` while requests wait for its promise,
/// `leaving` while a thread gives that promise up for the last of them, `resting` when nobody waits for what was begun,
/// `done` when the outcome is there, `forgotten` when there is nothing to know (the end: the entry is taken out). Calls
/// come one at a time: requests that come during one, in `busy` and `leaving`, queue, and the event that ends the call
/// hands them back to come again. An event that doesn't fit is a late one, of a promise that was given up or a request
/// that was answered: it changes nothing. Once a call has ended and the operation has begun, only what can be waited for
/// is held in its place (`begun`), without the payload; with the outcome that is let go, too, and the session. An operation
/// that begins while it is waited for, as a push does behind its join, is held whole until that wait ends; a `KeyedCall`,
/// whose `begun` is itself, until the outcome. What is copied to switch over `self` is a list of at most 64.
enum KeyState<Operation> {
    /// What is kept as long as there is no outcome.
    struct Held {
        let operation: Operation
        /// What a request was answered that waits for nothing.
        var immediate: Response?

        /// The same, holding what was begun.
        func holding(_ begun: Operation?) -> Held { Held(operation: begun ?? operation, immediate: immediate) }
    }

    /// Next: any other.
    case busy(Held, arrivals: [KeyEntry.Arrival])
    /// Next: `leaving`; what its outcome leads to: `done`, `resting`, `forgotten`.
    case waiting(Held, ResponsePromise, clients: [KeyEntry.Client])
    /// Next: `resting`, `forgotten`; `waiting` and `done`, if the promise was kept just before.
    case leaving(Held, ResponsePromise, KeyEntry.Client, arrivals: [KeyEntry.Arrival])
    /// Next: `busy`.
    case resting(Held)
    /// `didNothing`: it is a problem, and nothing stands of what was asked for.
    case done(Response, didNothing: Bool)
    case forgotten

    /// What becomes of a request that comes with the key.
    enum Admission {
        case answer(Response)
        /// To be answered without waiting, while others wait.
        case look(Operation)
        /// It calls the operation, which is `busy` now.
        case resume(Operation)
        /// It is to be queued.
        case queue
        /// It is to be attached.
        case attach(Operation)
        /// Too many wait.
        case refuse
    }

    /// Whose waiting has ended: `clients` are to be answered, `arrivals` come again.
    struct Release: Equatable {
        var clients: [KeyEntry.Client] = []
        var arrivals: [KeyEntry.Arrival] = []
    }

    /// What becomes of a request that waits no longer.
    enum Departure {
        /// Others wait on.
        case oneOfMany(KeyEntry.Client, Operation)
        /// Nobody else waits: the promise is to be given up.
        case last(Operation, ResponsePromise)
    }

    init(beginning operation: Operation) { self = .busy(Held(operation: operation), arrivals: []) }

    /// A request comes; `waits` says whether it is to wait for what the operation has come to.
    mutating func admit(maxClients: Int, waits: (Operation) -> Bool) -> Admission {
        switch self {
        case .done(let response, _): return .answer(response)
        case .busy(_, let arrivals), .leaving(_, _, _, let arrivals):
            return arrivals.count < maxClients ? .queue : .refuse
        case .waiting(let held, _, let clients):
            if waits(held.operation) { return clients.count < maxClients ? .attach(held.operation) : .refuse }
            return held.immediate.map { .answer($0) } ?? .look(held.operation)
        case .resting(let held):
            if let immediate = held.immediate, !waits(held.operation) { return .answer(immediate) }
            self = .busy(held, arrivals: [])
            return .resume(held.operation)
        case .forgotten: return .refuse
        }
    }

    /// A request is to come again after the call.
    mutating func queue(_ arrival: KeyEntry.Arrival) {
        switch self {
        case .busy(let held, let arrivals): self = .busy(held, arrivals: arrivals + [arrival])
        case .leaving(let held, let promise, let client, let arrivals):
            self = .leaving(held, promise, client, arrivals: arrivals + [arrival])
        case .waiting, .resting, .done, .forgotten: break
        }
    }

    /// A request waits with the others.
    mutating func attach(_ client: KeyEntry.Client) {
        switch self {
        case .waiting(let held, let promise, let clients): self = .waiting(held, promise, clients: clients + [client])
        case .busy, .leaving, .resting, .done, .forgotten: break
        }
    }

    /// The call gave a promise, for which the request that called waits.
    mutating func promised(_ promise: ResponsePromise, _ client: KeyEntry.Client, begun: Operation?) -> Release {
        switch self {
        case .busy(let held, let arrivals):
            self = .waiting(held.holding(begun), promise, clients: [client])
            return Release(arrivals: arrivals)
        case .waiting, .leaving, .resting, .done, .forgotten: return Release()
        }
    }

    /// The call was answered at once; `begun` is what stands and can be waited for.
    mutating func answered(_ response: Response, begun: Operation?, hasRoom: Bool) -> Release {
        switch self {
        case .busy(let held, let arrivals):
            self = Self.after(response, held, begun: begun, hasRoom: hasRoom)
            return Release(arrivals: arrivals)
        case .waiting, .leaving, .resting, .done, .forgotten: return Release()
        }
    }

    /// The call was refused: what kept it from being done, or what has come of what was begun before.
    mutating func refused(_ response: Response, begun: Operation?, hasRoom: Bool) -> Release {
        switch self {
        case .busy(let held, let arrivals):
            self = begun == nil ? .forgotten : Self.after(response, held, begun: begun, hasRoom: hasRoom)
            return Release(arrivals: arrivals)
        case .waiting, .leaving, .resting, .done, .forgotten: return Release()
        }
    }

    /// The promise was kept.
    mutating func kept(_ promise: ResponsePromise, _ response: Response, begun: Operation?, hasRoom: Bool) -> Release {
        switch self {
        case .waiting(let held, let own, let clients) where own == promise:
            self = Self.after(response, held, begun: begun, hasRoom: hasRoom)
            return Release(clients: clients)
        case .leaving(let held, let own, let client, let arrivals) where own == promise:
            self = Self.after(response, held, begun: begun, hasRoom: hasRoom)
            return Release(clients: [client], arrivals: arrivals)
        case .busy, .waiting, .leaving, .resting, .done, .forgotten: return Release()
        }
    }

    /// A request's wait is over, or its client has gone; nil when it doesn't wait any more.
    mutating func leave(_ number: UInt64) -> Departure? {
        switch self {
        case .waiting(let held, let promise, var clients):
            guard let index = clients.firstIndex(where: { $0.id == number }) else { return nil }
            let client = clients.remove(at: index)
            guard clients.isEmpty else {
                self = .waiting(held, promise, clients: clients)
                return .oneOfMany(client, held.operation)
            }
            self = .leaving(held, promise, client, arrivals: [])
            return .last(held.operation, promise)
        case .busy, .leaving, .resting, .done, .forgotten: return nil
        }
    }

    /// The promise was given up.
    mutating func gaveUp(begun: Operation?) -> Release {
        switch self {
        case .leaving(let held, _, let client, let arrivals):
            self = begun == nil ? .forgotten : .resting(held.holding(begun))
            return Release(clients: [client], arrivals: arrivals)
        case .busy, .waiting, .resting, .done, .forgotten: return Release()
        }
    }

    /// The promise could not be given up, as it was kept before: what it was kept with is about to be told.
    mutating func stayed() -> Release {
        switch self {
        case .leaving(let held, let promise, let client, let arrivals):
            self = .waiting(held, promise, clients: [client])
            return Release(arrivals: arrivals)
        case .busy, .waiting, .resting, .done, .forgotten: return Release()
        }
    }

    /// What an answer leads to.
    ///
    /// What was begun and is only accepted, or may pass, is waited for again. An outcome for which there is no room isn't
    /// kept: what was begun is asked again.
    private static func after(_ response: Response, _ held: Held, begun: Operation?, hasRoom: Bool) -> KeyState {
        guard let begun else {
            return response.isFinal ? .done(response, didNothing: response.status.kind != .successful) : .forgotten
        }
        if response.status == .accepted { return .resting(Held(operation: begun, immediate: response)) }
        return response.isFinal && hasRoom ? .done(response, didNothing: false) : .resting(held.holding(begun))
    }
}

extension KeyState: Sendable where Operation: Sendable {}
extension KeyState.Held: Sendable where Operation: Sendable {}
extension KeyState.Admission: Sendable where Operation: Sendable {}
extension KeyState.Release: Sendable {}
extension KeyState.Departure: Sendable where Operation: Sendable {}
extension KeyState.Admission: Equatable where Operation: Equatable {}
extension KeyState.Departure: Equatable where Operation: Equatable {}

import HTTPCore

/// The body of a request as it comes: gathered, or handed on piece by piece; within its bound.
struct BodyIntake: Sendable {
    private let maxBytes: Int
    private let receiver: (any BodyReceiver)?
    private let budget: ByteBudget
    private var received = 0
    private var gathered: [UInt8] = []

    /// `budget` counts what all bodies hold that are gathered.
    init(maxBytes: Int, budget: ByteBudget, receiver: (any BodyReceiver)?) {
        self.maxBytes = receiver?.maxBytes ?? maxBytes
        self.budget = budget
        self.receiver = receiver
    }

    /// The problem of a body whose declared length is beyond its bound.
    func refusal(ofLength length: Int) -> Problem? {
        length > maxBytes ? HeadCheck.bodyTooLarge(maxBytes) : nil
    }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(Problem) {
        received += piece.count
        guard received <= maxBytes else { throw HeadCheck.bodyTooLarge(maxBytes) }
        if let receiver {
            try receiver.receive(unsafe Array(piece))
        } else {
            guard budget.take(piece.count) else { throw ServerCore.bodiesFull }
            unsafe gathered.append(contentsOf: piece)
        }
    }

    /// The answer to the request, whose body is whole.
    consuming func answer(_ request: consuming Request, _ responder: any Responder) -> Answer {
        if let receiver { return receiver.finish() }
        defer { budget.giveBack(gathered.count) }
        request.body = gathered
        return responder.respond(to: request)
    }

    /// The body will never be whole.
    func abandon() {
        budget.giveBack(gathered.count)
        receiver?.abandon()
    }
}

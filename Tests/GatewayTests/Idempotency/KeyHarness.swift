import Gateway
import HTTPCore
import HTTPTypes

/// The keys alone, without a gateway; the test plays the operations and the clock.
struct KeyHarness {
    typealias Pending = GatewayHarness.Pending

    let time = ManualTime()
    let keys: IdempotencyKeys

    init(maxKeys: Int = KeyTable.maxKeys, maxBytes: Int = KeyTable.maxBytes) {
        keys = IdempotencyKeys(Deadlines(time: time), maxKeys: maxKeys, maxBytes: maxBytes)
    }

    func request(
        _ key: String?, wait: String = "5s", body: String = "", query: String = "", of principal: Principal = .everyone
    ) throws -> Request {
        var headers: HTTPFields = [:]
        if let key { headers[.testIdempotencyKey] = key }
        return Request(
            id: "r", method: .post, target: try RequestTarget(Array("/x?wait=\(wait)\(query)".utf8)), headers: headers,
            body: Array(body.utf8), principal: principal)
    }

    func send(_ operation: FakeOperation, _ request: Request) throws -> Pending {
        let wait = try Wait(
            request, try QueryReader(request, ["wait", "a"]), standard: nil, longest: .seconds(55))
        do throws(Problem) {
            return Pending(try keys.answer(request, wait, operation))
        } catch {
            return Pending(.now(error.response(requestID: request.id)))
        }
    }
}

import HTTPCore
import HTTPTypes

/// What is kept of a request for the record that is made once it is over.
struct RequestNotes: Sendable {
    typealias Instant = ContinuousClock.Instant

    private(set) var record: RequestRecord
    private let began = Instant.now
    /// When the request was whole, or refused before.
    private var whole: Instant?
    private var suspended: Instant?
    /// When it was begun to find out whether the request is let in, and how long that took.
    private var admissionBegan: Instant?
    private var admission = Duration.zero
    private var answered: Instant?
    private var isHead = false
    private var stream: ResponseStream?

    init(id: String, target: [UInt8], client: String? = nil) {
        record = RequestRecord(requestID: id, target: target)
        record.client = client
    }

    var id: String { record.requestID }

    mutating func headEnded(_ headers: HTTPFields, method: HTTPRequest.Method?, ownID: String?) {
        record.requestHeaders = headers
        record.method = method
        isHead = method == .head
        if let ownID { record.requestID = ownID }
    }

    mutating func cameFrom(_ client: String?) { record.client = client }

    mutating func waitForAdmission() { admissionBegan = .now }

    mutating func admissionEnded() {
        if let began = admissionBegan.take() { admission = .now - began }
    }

    mutating func requestIsWhole() { whole = .now }

    mutating func waitBegan() { suspended = .now }

    mutating func waitEnded(route: Int?, principal: String?) {
        guard let suspended else { return }
        record.wait = .now - suspended
        (record.route, record.principal) = (route, principal)
        self.suspended = nil
    }

    mutating func answered(with response: Response) {
        answered = .now
        record.status = response.status
        record.responseHeaders = response.headers
        record.route = response.route ?? record.route
        record.principal = response.principal ?? record.principal
        record.bodyBytes = isHead ? 0 : response.body.count
        stream = response.stream
    }

    /// It was told from elsewhere that nothing is done for it.
    mutating func answered(_ status: HTTPResponse.Status) {
        answered = .now
        record.status = status
    }

    /// The record of the request, which is over now.
    consuming func finish() -> RequestRecord {
        let end = Instant.now
        record.duration = end - began
        // Its client has gone, and nobody has said so yet.
        if let suspended { record.wait = end - suspended }
        let done = answered ?? end
        record.work = max(.zero, done - (whole ?? done) - record.wait) + admission
        if let stream {
            record.wait += end - done
            if !isHead { record.bodyBytes += stream.sent }
        }
        return record
    }
}

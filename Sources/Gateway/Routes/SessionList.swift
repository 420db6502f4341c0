import HTTPCore
import PhoenixChannels

/// `GET /sessions`: a page of the list, and where the next one begins.
struct SessionList: Sendable {
    /// Sessions in a page.
    private static let limits = 1...1_000
    private static let standardLimit = 100
    /// A page of this size takes no further session: each may have a thousand topics, with what their joins were answered.
    static let maxBytes = 4 * 1024 * 1024

    let sessions: SessionRegistry

    func response(to request: Request) throws(Problem) -> Response {
        let query = try QueryReader(request, ["limit", "page_token"])
        let limit = try query.integer("limit", in: Self.limits) ?? Self.standardLimit
        let page = sessions.page(after: try start(query["page_token"]), limit: limit, of: request.principal)
        var texts: [[UInt8]] = []
        var size = 0
        var last: UInt64?
        for (number, session) in page.sessions where size < Self.maxBytes {
            last = number
            guard let text = session.listing() else { continue }
            texts.append(text)
            size += text.count
        }
        var writer = JSONObjectWriter(reserving: size + 128)
        writer.add("sessions", array: texts)
        if let last, page.more || last != page.sessions.last?.number {
            writer.add("next_page_token", Cursor(epoch: sessions.epoch, sequence: last).description)
        } else {
            writer.addNull("next_page_token")
        }
        return .json(writer.finish())
    }

    private func start(_ token: String?) throws(Problem) -> UInt64 {
        guard let token else { return 0 }
        guard let place = Cursor(token), place.epoch == sessions.epoch else { throw .foreignPageToken }
        return place.sequence
    }
}

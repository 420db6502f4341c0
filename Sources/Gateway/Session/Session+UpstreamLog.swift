import PhoenixChannels

/// What the gateway's log is told of a session's connection.
extension Session {
    /// Has an event told, once the lock is free, if the connection is the session's own: of a shared one its socket tells.
    func tellLog(of event: ConnectionEvent, _ state: inout SessionState, _ effects: inout Effects) {
        guard let upstreamLog, !spec.isShared,
            let news = state.upstream.news(of: event, at: deadlines.time.now())
        else { return }
        // One that is not made, or was closed over this, won't connect again; a call's client has a successor.
        let told = state.hasEnded ? news.final : news
        effects.then { upstreamLog.tell(self.isOfCall ? told.ofReplaceable : told, of: self.subject) }
    }

    private var subject: UpstreamSubject {
        UpstreamSubject(
            use: isOfCall ? .call(id) : .session(id), upstream: spec.upstream, principal: spec.parts.principal)
    }
}

extension SessionSpec {
    fileprivate var upstream: UpstreamSubject.Upstream {
        parts.endpointName.map { .endpoint($0) } ?? .uri(endpoint.display)
    }
}

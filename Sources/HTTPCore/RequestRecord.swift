package import HTTPTypes

/// A request that is over: what it was, how it was answered, and what its time went into.
package struct RequestRecord: Sendable {
    /// What `X-Request-Id` says.
    package var requestID: String
    /// As it stood in the request line: with session ids, topics and secrets in it, and so not to be logged.
    package var target: [UInt8]
    /// Nil for a request whose head never came whole.
    package var method: HTTPRequest.Method?
    package var requestHeaders: HTTPFields = [:]
    /// The client's address as trusted proxies tell it, or the connection's; the latter where the head never came whole.
    package var client: String?
    /// The name of the principal whose request it is; nil without access control, and of one that was not let in.
    package var principal: String?
    /// Nil for a request that was not answered: its client has gone, or the server's library has answered it.
    package var status: HTTPResponse.Status?
    package var responseHeaders: HTTPFields = [:]
    /// The number of the route's template, as `Router.templates` has it; nil for one that was refused before.
    package var route: Int?
    /// Bytes of the answer's body, before they are put into chunks.
    package var bodyBytes = 0
    /// From the request's first line to the end of its answer.
    package var duration = Duration.zero
    /// How much of it was waited on purpose: for the answer, and while a stream was open.
    package var wait = Duration.zero
    /// How much of it the answer took besides, from the request being whole to the answer being there.
    ///
    /// What is left of the duration is the network's and the client's.
    package var work = Duration.zero

    package init(requestID: String, target: [UInt8] = []) {
        self.requestID = requestID
        self.target = target
    }
}

/// Is told of each request once it is over.
package protocol RequestObserver: Sendable {
    /// Called on one of the server's threads, for several requests at once; must not block.
    func ended(_ record: RequestRecord)
}

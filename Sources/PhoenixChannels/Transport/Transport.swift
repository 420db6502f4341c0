/// Opens websockets and tells the time: SwiftNIO's and the machine's, or what a test or another network stack puts in.
///
/// A websocket's calls of its handler come one after another, from whatever thread; none of the handler's blocks.
public protocol Transport: Sendable {
    /// The time since some moment in the past.
    var now: Duration { get }

    /// Runs `action` once so much time has passed, on an event loop; it can't be taken back.
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void)

    /// Runs `action` once every event loop has turned.
    func turn(_ action: @escaping @Sendable () -> Void)

    /// Opens one, within `ConnectionConfiguration.connectTimeout`, and tells `handler` all that becomes of it; keeps the
    /// handler until it has ended.
    ///
    /// The upgrade asks for `Endpoint.target` of `Endpoint.authority`, with `Endpoint.headers` and `Endpoint.subprotocols`.
    func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, handler: any TransportHandler
    ) -> any TransportLink
}

extension Transport {
    /// The one event loop that `schedule` runs things on has turned.
    public func turn(_ action: @escaping @Sendable () -> Void) { schedule(after: .zero, action) }
}

/// A websocket that is open, or about to be; its calls may come from any thread.
public protocol TransportLink: Sendable {
    /// Has the event loop take what is to be sent, soon.
    func wake()
    /// Sends what is still to be sent and then a close frame; gives up an attempt to connect.
    func close(code: UInt16)
    /// Ends the connection without waiting for the server, which is taken for gone.
    func drop()
}

/// What a websocket reports to, on its event loop: first that it opened or failed to, last that it closed.
public protocol TransportHandler: AnyObject, Sendable {
    /// The websocket is open, and `link` is to be used from now on.
    func transportOpened(_ link: any TransportLink)
    /// The websocket could not be opened; nothing else is told.
    func transportFailed(_ error: ConnectError)
    /// Takes the whole messages of one read.
    func transportReceived(_ frames: [Frame])
    /// Gives all that is to be sent; it is written with one flush.
    func transportTakesFrames() -> [Frame]
    /// The websocket has ended: with the code of the server's close frame (1005 where that had none), with our own code
    /// where the server broke the protocol and the reason in words, or without a code.
    func transportClosed(code: UInt16?, reason: String)
}

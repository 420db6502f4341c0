/// What a server is run with; each bound with its reason.
package struct ServerConfiguration: Sendable {
    /// A literal address of loopback: `127.0.0.1` or `::1`.
    package var host = "127.0.0.1"
    /// 0 takes a free one.
    package var port: UInt16 = 8080
    /// Bytes of a request's body: more than any control body, room for large payloads.
    package var maxBodyBytes = 1024 * 1024
    /// Connections at once; past it clients wait in the backlog.
    ///
    /// Lowered where descriptors are few.
    package var maxConnections = 8_192
    /// Bytes for a connection's head and buffers: larger heads are refused with 431.
    package var connectionMemory = 16 * 1024
    /// Seconds after which a connection on which nothing happens is closed; a waiting request isn't idle.
    package var idleSeconds: UInt32 = 30
    /// Threads: resuming costs a walk over all that wait on one worker, so several share them.
    package var workers: UInt32 = 8
    /// Connections that the kernel holds for us: a burst of clients.
    package var backlog: UInt32 = 4_096

    /// Before and after the listener is closed, `stop` goes on for so long: what a client has sent is read and answered.
    package var settleTime = Duration.milliseconds(100)

    package init() {}
}

package import HTTPCore

/// What a server is run with; each bound with its reason.
package struct ServerConfiguration: Sendable {
    /// A literal address.
    package var host = "127.0.0.1"
    /// 0 takes a free one.
    package var port: UInt16 = 8080
    /// Whose word is taken for who a client is; nobody's, since any client can send such fields.
    package var trustedProxies = TrustedProxies()
    /// Threads: resuming costs a walk over all that wait on one worker, so several share them.
    package var workers: UInt32 = 8

    // MARK: counts

    /// Connections at once; past it clients wait in the backlog.
    ///
    /// With `reservedDescriptors` it fits into 20,000 descriptors; lowered where there are fewer.
    package var maxConnections = 15_744
    /// Connections of one client address; what comes beyond is closed at once.
    ///
    /// 0 sets no limit: behind a proxy all come from one address.
    package var maxConnectionsPerAddress: UInt32 = 0
    /// Reads that wait at once, and streams; past it they are answered 503.
    ///
    /// Lowered with the connections, of which some are always kept for requests that don't wait.
    package var maxWaiters = 15_104
    /// Descriptors kept for all that isn't a client's connection, as far as half of them: the sockets of 4,096 sessions,
    /// event loops, files.
    package var reservedDescriptors = 4_224
    /// Connections that the kernel holds for us: a burst of clients.
    package var backlog: UInt32 = 4_096

    // MARK: sizes in bytes

    /// A request's line and fields: a pattern of 4 KiB fits into the query.
    ///
    /// A larger head is refused with 431.
    package var maxHeadBytes = 8 * 1024
    /// A request's body: more than any control body, room for large payloads.
    ///
    /// A larger one is refused with 413.
    package var maxBodyBytes = 1024 * 1024
    /// What bodies hold together that are not whole yet: sixty-four of the largest, or 4 KiB of each connection's.
    ///
    /// Past it they are refused with 503. Never less than one body's bound.
    package var maxBodiesBytes = 64 * 1024 * 1024
    /// What answers hold together that their clients have not read yet: sixty-four of the largest that a read has.
    ///
    /// Past it reads are refused with 503, but for those that have a small answer.
    package var maxAnswersBytes = 256 * 1024 * 1024
    /// An answer that is never refused for its size: as many as there are connections hold as much again.
    package static let smallAnswer = 16 * 1024
    /// How much of a refused request's body is read and thrown away, so that its client gets to see the refusal: a
    /// client that is still sending when the connection ends loses the answer.
    package var maxDiscardedBytes = 8 * 1024 * 1024

    // MARK: times

    /// How long a request's head may take, from its first line, and on a new connection from its beginning.
    package var headTime = Duration.seconds(10)
    /// How long a request's body may take: 1 MiB at 17 KiB a second.
    package var bodyTime = Duration.seconds(60)
    /// How long a client may take to read an answer that is there whole: the 4 MiB of a long read at 35 KiB a second.
    package var answerTime = Duration.seconds(120)
    /// A connection on which nothing happens for so many seconds is closed; a waiting request isn't idle.
    ///
    /// With 0 the time for the next request's head, `headTime`, is all there is.
    package var idleSeconds: UInt32 = 30
    /// How often the connections are looked through, at the most, for those that are too slow; more than zero.
    package var sweepInterval = Duration.seconds(1)
    /// `stop` goes on for so long before and after the listener is closed, as far as it has time: what a client has sent is
    /// read and answered.
    package var settleTime = Duration.milliseconds(100)

    package init() {}
}

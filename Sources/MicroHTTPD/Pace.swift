/// How long a worker sleeps between two turns of its loop.
///
/// libmicrohttpd has a loop that isn't its own turn again at once as long as a connection has something to read, though it
/// has no room to read that into: a chunk whose extension is longer than the memory for a head would keep a processor busy
/// until its body's time is over (0.9.75, `CONTINUE_SENT` in connection.c). After many turns that did nothing there is a
/// pause, which ends when anything else happens.
struct Pace {
    /// What a large answer may take to be sent, a part a turn, is less than this.
    private static let maxEmptyTurns = 64
    /// Milliseconds.
    private static let pause: Int32 = 1

    private var emptyTurns = 0

    /// Milliseconds, below zero for ever, from what libmicrohttpd asks for and whether the last turn did anything.
    mutating func sleep(_ asked: Int32, hasWorked: Bool) -> Int32 {
        emptyTurns = asked == 0 && !hasWorked ? emptyTurns + 1 : 0
        return emptyTurns > Self.maxEmptyTurns ? Self.pause : asked
    }
}

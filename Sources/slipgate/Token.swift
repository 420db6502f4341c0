import Access
import ArgumentParser
import Glibc

/// `slipgate token`: a new bearer token, and its entry.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a bearer token: it is told on standard error, once, and its entry on standard output.",
        discussion: "slipgate token alice >>tokens.yaml, then SIGHUP to the gateway, lets the token in.")

    @Argument(help: "Whom it is for: what sessions made with it belong to.")
    var name: String

    func run() throws {
        let new: NewToken
        do {
            new = try NewToken(name: name)
        } catch {
            throw ValidationError("\(error)")
        }
        // A token whose entry is lost would let nobody in, and be asked about.
        try StandardStream.write(new.entry)
        try StandardStream.write("\(new.token)\n", to: STDERR_FILENO)
    }
}

import Access
import ArgumentParser
import Foundation

/// `slipgate token`: a new bearer token, and its entry.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a bearer token: it is told on standard error, once, and its entry on standard output.",
        discussion: "slipgate token alice >>tokens.yaml, then SIGHUP to the gateway, lets the token in.")

    @Argument(help: "Whom it is for: what sessions made with it belong to.")
    var name: String

    func validate() throws {
        if let refusal = NewToken.refusal(ofName: name) { throw ValidationError(refusal) }
    }

    func run() throws {
        let new = try NewToken(name: name)
        FileHandle.standardError.write(Data("\(new.token)\n".utf8))
        print(new.entry, terminator: "")
    }
}

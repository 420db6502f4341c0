import Foundation
import TestSupport
import Testing

/// A gateway and a demo server that hostile requests are sent to; its log goes to a file.
final class HostileGateway {
    /// What is left of requests that are over.
    struct Leftovers {
        var connections = 0
        var waiting = 0
        var streams = 0
        var requests = 0
        var sessions = 0
        var descriptors = 0

        /// Whether nothing is there that was not there before.
        func isNone(beside before: Leftovers) -> Bool {
            connections <= before.connections && waiting <= before.waiting && streams <= before.streams
                && requests <= before.requests && sessions == before.sessions && descriptors <= before.descriptors
        }
    }

    private let folder = TemporaryFolder()
    private let slipgate: Slipgate
    /// The path of a session that has joined `rooms:lobby`.
    let session: String

    /// Its session stays however long the others take, and it has all the time to write its log to the end.
    init(_ arguments: String..., log format: String) throws {
        slipgate = try Slipgate(
            ["demo", "--port", "0", "--phoenix-port", "0", "--access-log", "true", "--log-level", "debug"]
                + ["--log-format", format, "--idle-timeout", "24h", "--drain-timeout", "10m"] + arguments,
            lines: 2, errorsTo: folder.path("log"))
        let uri = "ws://127.0.0.1:\(try slipgate.port(1))/socket/websocket"
        let made = try slipgate.client().request(
            "POST", "/sessions", body: #"{"uri":"\#(uri)","topics":[{"topic":"rooms:lobby"}]}"#)
        session = try #require(made.string("url"), "\(made.text)")
    }

    var port: Int {
        get throws { try slipgate.port() }
    }

    /// Whether it is alive, and what is left, the asking itself included.
    func leftovers() throws -> Leftovers {
        let client = try slipgate.client()
        let text = try client.request("GET", "/metrics").text
        var leftovers = Leftovers(descriptors: try slipgate.descriptors)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int(words[1]) else { continue }
            switch words[0] {
            case "slipgate_connections": leftovers.connections = value
            case "slipgate_waiting_requests": leftovers.waiting = value
            case "slipgate_open_streams": leftovers.streams = value
            case "slipgate_requests_in_flight": leftovers.requests = value
            case _ where words[0].hasPrefix("slipgate_sessions{"): leftovers.sessions += value
            default: break
            }
        }
        return leftovers
    }

    /// Stops it, and gives what it has logged.
    func stop() throws -> String {
        slipgate.signal(SIGTERM)
        #expect(slipgate.waitForExit() == 0)
        return String(decoding: try Data(contentsOf: URL(filePath: folder.path("log"))), as: UTF8.self)
    }
}

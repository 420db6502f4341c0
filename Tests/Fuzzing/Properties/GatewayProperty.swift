import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport

/// A request, answered by the whole gateway: whatever is in it, the answer is one of those that the contract has for it.
enum GatewayProperty {
    /// A gateway with one session, whose log has a few entries.
    private struct Subject {
        let gateway: Gateway
        let session: String
    }

    private static let subject: Subject? = {
        let transport = ScriptedTransport()
        let gateway = Gateway(transport: transport)
        guard let sessions = try? RequestTarget(Array("/sessions?wait=0".utf8)) else { return nil }
        let body = #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}],"idle_timeout":"24h"}"#
        guard case .now(let created) = gateway.respond(to: request(.post, sessions, Array(body.utf8))),
            let url = JSONText(unchecked: created.body).slice.member("url")?.string, let link = transport.links.first
        else { return nil }
        link.accept()
        _ = link.sent()
        link.receive(#"["1","1","t","phx_reply",{"status":"ok","response":{}}]"#)
        for number in 0..<5 { link.receive(#"["1",null,"t","e\#(number)",{"a":[1,{"b":\#(number)}],"é":"☃"}]"#) }
        return Subject(gateway: gateway, session: url)
    }()

    /// A query of `…/events`: every name that reads take, durations, cursors, filters and patterns.
    static func checkQuery(_ query: [UInt8]) throws(Violation) {
        let subject = try required(subject, "no session")
        guard let target = try? RequestTarget(Array("\(subject.session)/events?".utf8) + query) else { return }
        try checkAnswer(subject.gateway.respond(to: request(.get, target)), [200, 400, 410])
    }

    /// A body of `…/await`, all of whose members are looked at.
    static func checkBody(_ body: [UInt8]) throws(Violation) {
        let subject = try required(subject, "no session")
        let target = try required(
            try? RequestTarget(Array("\(subject.session)/await?wait=0".utf8)), "no target")
        try checkAnswer(subject.gateway.respond(to: request(.post, target, body)), [200, 400, 410, 504])
    }

    private static func checkAnswer(_ answer: Answer, _ statuses: [Int]) throws(Violation) {
        let response: Response
        switch answer {
        case .now(let now): response = now
        case .later(let promise): return try require(promise.abandon(), "a promise can't be given up")
        }
        let status = response.status.code
        try require(statuses.contains(status), "the status is \(status)")
        let json = try required(
            try? JSONText(validating: response.body, limits: .lenient), "the answer isn't JSON"
        ).slice
        if let next = json.member("next")?.string {
            try require(Cursor(next)?.description == next, "next is \(next)")
        }
        guard status != 200 else { return }
        try require(json.member("type")?.string?.hasPrefix("urn:slipgate:problem:") == true, "a problem of no type")
        try require(json.member("status")?.integer == status, "a problem of another status")
        try require(json.member("detail")?.string?.isEmpty == false, "a problem without words")
    }

    private static func request(
        _ method: HTTPRequest.Method, _ target: RequestTarget, _ body: [UInt8] = []
    ) -> Request {
        Request(id: "r", method: method, target: target, headers: [.acceptEncoding: ""], body: body)
    }
}

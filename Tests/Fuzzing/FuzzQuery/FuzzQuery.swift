import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport

/// A query, answered by the whole gateway: every name that reads take, durations, cursors, filters and patterns.
///
/// Whatever it is, the answer is one of those that the contract has for it, and well-formed JSON.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let query = Array(UnsafeBufferPointer(start: data, count: size))
    guard let target = try? RequestTarget(Array("\(subject.session)/events?".utf8) + query) else { return 0 }
    switch subject.gateway.respond(to: request(.get, target)) {
    case .now(let response):
        precondition([200, 400, 410].contains(response.status.code), "\(response.status)")
        let isJSON = (try? JSONText(validating: response.body, limits: .lenient)) != nil
        precondition(isJSON, String(decoding: response.body, as: UTF8.self))
    case .later(let promise):
        precondition(promise.abandon())
    }
    return 0
}

/// A gateway with one session, whose log has a few entries.
private struct Subject {
    let gateway: Gateway
    let session: String
}

private let subject: Subject = {
    let transport = ScriptedTransport()
    let gateway = Gateway(transport: transport)
    guard let sessions = try? RequestTarget(Array("/sessions?wait=0".utf8)) else { fatalError("no target") }
    var create = request(.post, sessions)
    create.body = Array(#"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}],"idle_timeout":"24h"}"#.utf8)
    guard case .now(let created) = gateway.respond(to: create),
        let url = JSONText(unchecked: created.body).slice.member("url")?.string, let link = transport.links.first
    else { fatalError("no session") }
    link.accept()
    _ = link.sent()
    link.receive(#"["1","1","t","phx_reply",{"status":"ok","response":{}}]"#)
    for number in 0..<5 { link.receive(#"["1",null,"t","e\#(number)",{"a":[1,{"b":\#(number)}],"é":"☃"}]"#) }
    return Subject(gateway: gateway, session: url)
}()

private func request(_ method: HTTPRequest.Method, _ target: RequestTarget) -> Request {
    Request(id: "r", method: method, target: target, headers: [.acceptEncoding: ""])
}

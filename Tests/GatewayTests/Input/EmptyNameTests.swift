import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Matching": an empty topic or event would match nothing, and is refused.
@Suite struct EmptyNameTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    @Test(arguments: [
        ("/messages", "topic"), ("/messages", "event"), ("/events", "topic"), ("/events", "event"),
        ("/topics/t/messages", "event"),
    ])
    func inAQueryItIs400WithTheParameter(_ path: String, _ name: String) throws {
        for accept in ["application/json", "text/event-stream", "application/x-ndjson"] {
            for query in ["\(name)=", "\(name)", "\(name)=a&\(name)="] {
                let answer = try session.send(.get, "\(path)?\(query)", headers: [.accept: accept])
                #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(answer.text)")
                let error = answer.json.member("errors")?.elements().first
                #expect(error?.member("parameter")?.string == name, "\(answer.text)")
            }
        }
    }

    @Test func inAQueryOfListenItIs400WithTheParameter() throws {
        let target = "/listen?uri=ws://127.0.0.1:4000/socket/websocket&topic=t&event="
        let answer = try session.harness.send(.get, target)
        #expect(answer.status == 400 && answer.text.contains(#""parameter":"event""#), "\(answer.text)")
    }

    @Test(arguments: ["topic", "event"]) func inABodyItIs400WithThePointer(_ name: String) throws {
        for value in [#""""#, #"["a",""]"#] {
            let answer = try session.send(.post, "/await", #"{"\#(name)":\#(value)}"#)
            #expect(answer.status == 400, "\(answer.text)")
            let error = answer.json.member("errors")?.elements().first
            #expect(error?.member("pointer")?.string == "/\(name)", "\(answer.text)")
        }
    }
}

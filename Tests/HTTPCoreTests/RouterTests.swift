import HTTPCore
import HTTPTypes
import Testing

@Suite struct RouterTests {
    private let router: Router

    init() {
        var router = Router()
        func answer(_ name: String) -> Router.Handler {
            { _, path in .now(.text("\(name) \(path["id"]) \(path["topic"])")) }
        }
        router.on(.get, "/", answer("root"))
        router.on(.get, "/sessions", answer("list"))
        router.on(.post, "/sessions", answer("create"))
        router.on(.get, "/sessions/{id}", answer("session"))
        router.on(.get, "/sessions/{id}/topics/{topic}", answer("topic"))
        router.on(.get, "/sessions/{id}/topics/{topic}/messages", answer("messages"))
        router.on(.delete, "/fails") { _, _ throws(Problem) in
            throw Problem("teapot", .init(code: 418), title: "T", detail: "D")
        }
        self.router = router
    }

    private func respond(_ method: HTTPRequest.Method, _ target: String) throws -> Response {
        let request = Request(id: "r1", method: method, target: try RequestTarget(Array(target.utf8)))
        guard case .now(let response) = router.respond(to: request) else {
            Issue.record("no answer at once")
            return Response(status: .internalServerError)
        }
        return response
    }

    private func text(_ method: HTTPRequest.Method, _ target: String) throws -> String {
        String(decoding: try respond(method, target).body, as: UTF8.self)
    }

    @Test func aPathFindsItsHandlerAndParameters() throws {
        #expect(try text(.get, "/") == "root  ")
        #expect(try text(.post, "/sessions") == "create  ")
        #expect(try text(.get, "/sessions/a%2Fb") == "session a/b ")
        #expect(try text(.get, "/sessions/a/topics/rooms%3Alobby") == "topic a rooms:lobby")
        #expect(try text(.get, "/sessions/a/topics/messages/messages") == "messages a messages")
        #expect(try text(.head, "/sessions?x=1") == "list  ")
    }

    @Test(arguments: [
        "/nope", "/sessions/", "/sessions/a/topics", "/sessions/a/topics/t/messages/x", "//", "/SESSIONS",
    ])
    func anUnknownPathIs404(_ target: String) throws {
        let response = try respond(.get, target)
        #expect(response.status == .notFound)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(String(decoding: response.body, as: UTF8.self).contains(#""code":"not-found""#))
    }

    @Test func anAnswerHasTheNumberOfItsTemplateAtOnceOrLater() throws {
        var router = router
        let promise = ResponsePromise(requestID: "r1")
        router.on(.get, "/late/{id}") { _, _ in .later(promise) }
        #expect(router.templates.count == 7 && router.templates.last == "/late/{id}")
        func template(_ response: Response) -> String? { response.route.map { router.templates[$0] } }
        #expect(template(try respond(.get, "/sessions/a")) == "/sessions/{id}")
        #expect(template(try respond(.delete, "/sessions")) == "/sessions")
        #expect(template(try respond(.delete, "/fails")) == "/fails")
        #expect(template(try respond(.get, "/nope")) == nil)
        let late = Request(id: "r1", method: .get, target: try RequestTarget(Array("/late/x".utf8)))
        _ = router.respond(to: late)
        #expect(promise.route.map { router.templates[$0] } == "/late/{id}")
    }

    @Test func anotherMethodIs405AndSaysWhich() throws {
        let response = try respond(.put, "/sessions")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        #expect(try respond(.delete, "/sessions/a").headers[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test func optionsSaysWhichMethodsThereAre() throws {
        let response = try respond(.options, "/sessions")
        #expect(response.status == .noContent)
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        #expect(try respond(.options, "/nowhere").status == .notFound)
    }

    @Test func aHandlersProblemIsAnswered() throws {
        let response = try respond(.delete, "/fails")
        #expect(response.status.code == 418)
        #expect(String(decoding: response.body, as: UTF8.self).contains(#""instance":"r1""#))
    }

    @Test func theRoutesAreListed() {
        #expect(router.routes.count == 7)
        #expect(router.routes.contains { $0.method == .get && $0.template == "/sessions/{id}/topics/{topic}" })
    }
}

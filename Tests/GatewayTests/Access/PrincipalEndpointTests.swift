import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

/// Where a principal may connect to.
@Suite struct PrincipalEndpointTests {
    @Test func withoutAListEveryEndpointMayBeNamed() throws {
        let principal = Principal.test("ann")
        try principal.require(endpoint: "chat")
        try principal.requireURIs()
    }

    @Test func whereASessionLeadsIsLookedAtWhenItsPrincipalHasItConnectedOrPatched() throws {
        let access = AccessHarness(FakeAuthenticator(.test("ann")))
        let id = try access.session("ann")
        access.authenticator.change(.test("ann", endpoints: [], mayUseURIs: false))
        for (method, path, body) in [
            (HTTPRequest.Method.post, "/connect", ""), (.patch, "", #"{"params":{"a":1}}"#),
        ] {
            let answer = try access.send("ann", method, "/sessions/\(id)\(path)", body)
            #expect(answer.status == 403 && answer.string("code") == "endpoint-not-allowed", "\(answer.text)")
        }
    }

    @Test func withAListOnlyThoseOnItMayBe() throws {
        let principal = Principal.test("ann", endpoints: ["chat"], mayUseURIs: false)
        try principal.require(endpoint: "chat")
        #expect(throws: Problem.unknownEndpoint("news")) { try principal.require(endpoint: "news") }
        #expect(throws: Problem.uriNotPermitted) { try principal.requireURIs() }
    }
}

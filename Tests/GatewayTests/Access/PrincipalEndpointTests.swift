import HTTPCore
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

    @Test func withAListOnlyThoseOnItMayBe() throws {
        let principal = Principal.test("ann", endpoints: ["chat"], mayUseURIs: false)
        try principal.require(endpoint: "chat")
        #expect(throws: Problem.unknownEndpoint("news")) { try principal.require(endpoint: "news") }
        #expect(throws: Problem.uriNotPermitted) { try principal.requireURIs() }
    }
}

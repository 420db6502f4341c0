import Foundation
import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// openapi.yaml against the router and against what is served.
@Suite struct ContractTests {
    private func document() throws -> String {
        try String(contentsOf: Slipgate.root.appending(path: "openapi.yaml"), encoding: .utf8)
    }

    /// The document's paths and methods: keys at the second and third level below `paths:`.
    private func documented() throws -> Set<String> {
        var routes: Set<String> = []
        var path = ""
        let paths = try #require(try document().components(separatedBy: "\npaths:\n").last)
        for line in try #require(paths.components(separatedBy: "\ncomponents:\n").first).split(separator: "\n") {
            let name = line.trimmingCharacters(in: .whitespaces).dropLast()
            if line.hasPrefix("  /") {
                path = String(name)
            } else if line.hasPrefix("    "), !line.hasPrefix("     "), name != "parameters" {
                routes.insert("\(name.uppercased()) \(path)")
            }
        }
        return routes
    }

    @Test func everyRouteIsDocumentedAndEveryDocumentedOneIsThere() throws {
        let routes = Set(GatewayHarness().gateway.router.routes.map { "\($0.method.rawValue) \($0.template)" })
        let documented = try documented()
        #expect(routes.subtracting(documented) == [], "not documented")
        #expect(documented.subtracting(routes) == [], "documented, and not there")
        #expect(routes.count == 32)
    }

    @Test func theEmbeddedCopyIsTheDocument() throws {
        #expect(OpenAPIDocument.yaml == (try document()))
    }
}

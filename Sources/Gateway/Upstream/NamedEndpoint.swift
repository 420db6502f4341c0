import FoundationEssentials
import HTTPCore
package import PhoenixChannels

/// An upstream that the operator has named: where it is, and what is sent to it that no request has to know.
///
/// Its uri need not be among the allowed ones: it is the operator's own word.
package struct NamedEndpoint: Sendable {
    package let name: String
    private let uri: String
    private let params: JSONText
    private let headers: [(name: String, value: String)]
    private let authToken: AuthToken?
    private let tls: TLSOptions
    private let proxy: HTTPProxy?
    /// What it is without a request's own; it keeps what TLS has loaded.
    package let endpoint: Endpoint
    /// Names of params that a request can't set, without what Plug takes for nesting.
    private let ownParams: Set<String>

    /// - Throws: An `EndpointError`, which says what is to be mended.
    package init(
        name: String, uri: String, params: JSONText = .emptyObject, headers: [(name: String, value: String)] = [],
        authToken: AuthToken? = nil, tls: TLSOptions = .systemRoots, proxy: HTTPProxy? = nil
    ) throws(EndpointError) {
        self.name = name
        self.uri = uri
        self.params = params
        self.headers = headers
        self.authToken = authToken
        self.tls = tls
        self.proxy = proxy
        endpoint = try Endpoint(
            uri: uri, params: params, headers: headers, authToken: authToken, tls: tls, proxy: proxy)
        let query = URLComponents(string: uri, encodingInvalidCharacters: false)?.queryItems?.map(\.name) ?? []
        // A plus in a query is a space.
        let names = params.slice.members().map(\.name) + query + query.map { $0.replacing("+", with: " ") }
        ownParams = Set(names.map(Self.base))
    }

    /// The same with what a request adds.
    ///
    /// - Throws: A problem for what the operator has set already: that is not for a request to change.
    func adding(
        params: JSONText, headers: [(name: String, value: String)], authToken: AuthToken?
    ) throws(Problem) -> Endpoint {
        let added = params.slice.members()
        if let clash = added.first(where: { ownParams.contains(Self.base($0.name)) }) {
            throw own("params", clash.name)
        }
        let ownHeaders = Set(self.headers.map { $0.name.lowercased() })
        if let clash = headers.first(where: { ownHeaders.contains($0.name.lowercased()) }) {
            throw own("headers", clash.name)
        }
        if authToken != nil, self.authToken != nil { throw own("auth_token", nil) }
        var made: Endpoint
        do throws(EndpointError) {
            made = try Endpoint(
                uri: uri, params: Self.merged(self.params, added), headers: self.headers + headers,
                authToken: authToken ?? self.authToken, tls: tls, proxy: proxy)
        } catch {
            throw .invalidEndpoint(error)
        }
        made.label = name
        return made
    }

    private func own(_ member: String, _ entry: String?) -> Problem {
        let place = "/\(member)" + (entry.map { "/\(JSONPointer.escape($0))" } ?? "")
        return .invalidRequest("The endpoint '\(name)' has a value of its own for this: leave \(place) out.", at: place)
    }

    /// What a param's name nests into: Plug reads `user[role]` as a member of `user`.
    private static func base(_ name: String) -> String { String(name.prefix { $0 != "[" }) }

    private static func merged(_ params: JSONText, _ added: [(name: String, value: JSONSlice)]) -> JSONText {
        var bytes = Array("{".utf8)
        for member in params.slice.members() + added {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendJSONString(member.name)
            bytes.append(UInt8(ascii: ":"))
            bytes += member.value.bytes
        }
        return JSONText(unchecked: bytes + Array("}".utf8))
    }
}

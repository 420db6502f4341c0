import HTTPCore
import PhoenixChannels

/// What a session's endpoint is made of, as its user gave it; secrets but for the uri's path.
package struct EndpointParts: Sendable {
    /// Whose it is: a socket is shared with nobody else.
    var principal = Principal.everyone.name
    let uri: String
    var params: JSONText
    var headers: [(name: String, value: String)]
    var authToken: AuthToken?

    /// What others must have in common with it to use one socket.
    var key: ConnectionKey {
        ConnectionKey(
            principal: principal, uri: uri, params: params, headers: headers.flatMap { [$0.name, $0.value] },
            authToken: authToken)
    }

    /// Throws what is to be mended, and where in the body.
    func endpoint() throws(Problem) -> Endpoint {
        do throws(EndpointError) {
            return try Endpoint(uri: uri, params: params, headers: headers, authToken: authToken)
        } catch {
            let member = error.member == "authToken" ? "auth_token" : error.member
            throw .invalidRequest(error.description, at: "/\(member)")
        }
    }
}

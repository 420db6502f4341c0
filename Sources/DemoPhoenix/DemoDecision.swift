import NIOHTTP1

/// Whether a request is for a socket that is there, in a version that is spoken, by somebody who may (transcripts
/// `connect_*`).
enum DemoDecision: Equatable {
    case accept(DemoUpgrade)
    case refuse(DemoAnswer)

    /// What `/secure` takes.
    private static let token = "secret"
    private static let bearerPrefix = "base64url.bearer.phx."

    init(_ head: HTTPRequestHead) {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mount = DemoMount(path: parts[0]) else {
            self = .refuse(DemoAnswer(404, #"{"errors":{"detail":"Not Found"}}"#))
            return
        }
        guard head.method == .GET else {
            self = .refuse(DemoAnswer(400))
            return
        }
        let params = DemoParams(query: parts.count == 2 ? parts[1] : "")
        guard let serializer = DemoSerializer(vsn: params.values["vsn"] == nil ? nil : params["vsn"] ?? "") else {
            self = .refuse(DemoAnswer(403))
            return
        }
        if let answer = Self.refusal(mount, params, head) {
            self = .refuse(answer)
            return
        }
        let extra = head.headers.filter { $0.name.lowercased().hasPrefix("x-") }
        self = .accept(
            DemoUpgrade(
                mount: mount, serializer: serializer, params: params,
                uri: "http://\(head.headers.first(name: "host") ?? "")\(head.uri)",
                userAgent: head.headers.first(name: "user-agent"),
                extraHeaders: Dictionary(
                    extra.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })))
    }

    /// What the recorded application's `connect/3` said to tokens.
    private static func refusal(_ mount: DemoMount, _ params: DemoParams, _ head: HTTPRequestHead) -> DemoAnswer? {
        if mount.needsToken {
            let isRight = params["token"] == token || bearer(head) == Array(token.utf8)
            return isRight ? nil : DemoAnswer(403)
        }
        switch params["token"] {
        case "bad": return DemoAnswer(403)
        case "ratelimit": return DemoAnswer(429, "Too many requests")
        case "raise": return DemoAnswer(500, #"{"errors":{"detail":"Internal Server Error"}}"#)
        default: return nil
        }
    }

    /// The token in the subprotocol: standard base64, whatever its prefix says.
    private static func bearer(_ head: HTTPRequestHead) -> [UInt8]? {
        let protocols = head.headers[canonicalForm: "sec-websocket-protocol"]
        guard let bearer = protocols.first(where: { $0.hasPrefix(bearerPrefix) }) else { return nil }
        return Base64.decode(bearer.dropFirst(bearerPrefix.count))
    }

    /// A socket that takes tokens in the subprotocol says so, refused or not.
    static func subprotocol(_ head: HTTPRequestHead) -> HTTPHeaders {
        let path = head.uri.prefix { $0 != "?" }
        let protocols = head.headers[canonicalForm: "sec-websocket-protocol"]
        guard DemoMount(path: path)?.needsToken == true, protocols.contains("phoenix") else { return [:] }
        return ["sec-websocket-protocol": "phoenix"]
    }

    /// Why a request for the right place is not an upgrade.
    static func upgradeRefusal(of head: HTTPRequestHead) -> DemoAnswer {
        if !head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }) {
            return DemoAnswer(400, "'connection' header must contain 'upgrade', got []")
        }
        if !head.headers.contains(name: "sec-websocket-key") {
            return DemoAnswer(400, "'sec-websocket-key' header is absent")
        }
        let version = head.headers.first(name: "sec-websocket-version") ?? ""
        return DemoAnswer(400, "'sec-websocket-version' header must equal '13', got [\"\(version)\"]")
    }
}

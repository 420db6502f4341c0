import Gateway
import HTTPCore
import MicroHTTPD

extension Setting {
    /// What a gateway behind a proxy, and one of several, is told.
    static let proxies = [
        list(
            "trusted_proxies", \.server.trustedProxies.entries,
            "none, or addresses, blocks such as 10.0.0.0/8, loopback",
            "Whose Forwarded and X-Forwarded-For, -Proto, -Host and -Prefix are believed.",
            parse: { TrustedProxies.Entry($0) }, show: { $0.text }),
        value(
            "base_path", \.gateway.basePath, "/, or a path such as /slipgate", "What every path begins with.",
            parse: { BasePath($0) }, show: { $0.text }),
        value(
            "node", \.gateway.node, "1 to 32 characters of a-z, 0-9 and -",
            "This gateway's name among several, which its sessions' ids begin with.",
            parse: { SessionID.isNode($0) ? $0 : nil }, show: { $0 }),
    ]
}

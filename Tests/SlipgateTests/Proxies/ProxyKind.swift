import Foundation

/// The proxies that `deploy/` has a file for.
enum ProxyKind: String, CaseIterable {
    case nginx, haproxy, caddy

    /// Those that have a file for several gateways.
    static let ofClusters = [ProxyKind.nginx, .haproxy]

    /// For one gateway.
    var file: String {
        switch self {
        case .nginx: "nginx.conf"
        case .haproxy: "haproxy.cfg"
        case .caddy: "Caddyfile"
        }
    }

    /// For the gateways at 10.0.0.1 and 10.0.0.2.
    var clusterFile: String {
        switch self {
        case .nginx: "nginx-cluster.conf"
        case .haproxy: "haproxy-cluster.cfg"
        case .caddy: "none"
        }
    }

    var program: String {
        switch self {
        case .nginx: "/usr/sbin/nginx"
        case .haproxy: "/usr/sbin/haproxy"
        case .caddy: "/usr/bin/caddy"
        }
    }

    /// What runs it in the foreground.
    func arguments(file: String) -> [String] {
        switch self {
        case .nginx: ["-c", file, "-g", "daemon off;"]
        case .haproxy: ["-db", "-f", file]
        case .caddy: ["run", "--adapter", "caddyfile", "--config", file]
        }
    }

    /// Ports, paths and users, from those of an installation to those of a test.
    func replacements(port: Int, folder: String) -> [(String, String)] {
        switch self {
        case .nginx:
            let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            return [
                ("user www-data;", "user \(NSUserName());"), ("/run/nginx.pid", "\(folder)/pid"),
                ("/var/log/nginx", folder), ("listen 80;", "listen 127.0.0.1:\(port);"),
                ("http {\n", "http {\n" + folders.map { "\($0)_temp_path \(folder)/\($0);\n" }.joined()),
            ]
        case .haproxy:
            return [
                ("    user haproxy\n    group haproxy\n", ""), ("bind :80\n", "bind 127.0.0.1:\(port)\n"),
            ]
        case .caddy:
            return [("\n:80 {\n", "\n{\nadmin off\n}\nhttp://:\(port) {\nbind 127.0.0.1\n")]
        }
    }
}

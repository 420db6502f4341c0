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

    /// From an installation's times for what clients have begun to send to a second.
    var impatience: [(String, String)] {
        switch self {
        case .nginx:
            [("http {\n", "http {\nclient_header_timeout 1s;\nclient_body_timeout 1s;\nkeepalive_timeout 1s;\n")]
        case .haproxy:
            [
                ("timeout http-request 10s", "timeout http-request 1s"),
                ("timeout http-keep-alive 60s", "timeout http-keep-alive 1s"),
                ("timeout client 75s", "timeout client 2s"),
            ]
        case .caddy:
            [("{\nadmin off\n", "{\nadmin off\nservers {\ntimeouts {\nread_body 1s\nread_header 1s\nidle 1s\n}\n}\n")]
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
                // A check that is answered late is one that fails, and takes a gateway out of service.
                ("timeout connect 5s\n", "timeout connect 5s\n    timeout check 60s\n"),
            ]
        case .caddy:
            return [("\n:80 {\n", "\n{\nadmin off\n}\nhttp://:\(port) {\nbind 127.0.0.1\n")]
        }
    }
}

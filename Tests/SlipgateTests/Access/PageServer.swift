import Foundation
import TestSupport
import Testing

/// nginx with the README's location for a gateway, and a page beside it whose users it knows by a cookie.
final class PageServer {
    let port = Proxy.freePort()
    private let folder: URL
    private let process: ChildProcess

    /// Starts it, and returns once it listens.
    static func start(gateway: Int, token: String) async throws -> PageServer {
        let server = try PageServer(gateway: gateway, token: token)
        try await until { (try? RawSocket(port: server.port)) != nil }
        return server
    }

    private init(gateway: Int, token: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID())")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let section = try ReadmeSection("## Access")
        let location = try #require(section.blocks.first { $0.language == "nginx" }).text
        let script = try #require(section.blocks.first { $0.language == "html" }).text
        let tokenFile = "/etc/nginx/slipgate-token.conf"
        #expect(location.contains("include \(tokenFile);"))
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try write(#"proxy_set_header Authorization "Bearer \#(token)";"#, "token.conf")
        try write(Self.page(script), "page.html")
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }.joined(separator: " ")
        try write(
            """
            daemon off;
            user \(NSUserName());
            pid \(folder.path)/pid;
            error_log \(folder.path)/error.log;
            events {}
            http {
                \(folders)
                log_format line "$status $request_method $request_uri";
                access_log \(folder.path)/access.log line;
                upstream slipgate { server 127.0.0.1:\(gateway); }
                server {
                    listen 127.0.0.1:\(port);
                    location = / {
                        root \(folder.path);
                        default_type text/html;
                        add_header Set-Cookie "user=ann; HttpOnly; SameSite=Strict";
                        try_files /page.html =404;
                    }
                    location /seen/ { return 204; }
                    location = /session-check {
                        internal;
                        if ($cookie_user = "ann") { return 204; }
                        return 401;
                    }
                    \(location.replacing(tokenFile, with: "\(folder.path)/token.conf"))
                }
            }
            """, "nginx.conf")
        process = try ChildProcess(
            URL(filePath: "/usr/sbin/nginx"), ["-c", "\(folder.path)/nginx.conf", "-p", folder.path], output: Pipe(),
            errors: Pipe())
    }

    deinit {
        kill(-process.id, SIGKILL)
        process.waitForExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The README's script, and one that tells the server of all that it got.
    private static func page(_ script: String) -> String {
        """
        <!doctype html>
        <title>board</title>
        \(script)
        <script>
          events.addEventListener("message", (event) => fetch(`/seen/${JSON.parse(event.data).payload.number}`));
        </script>
        """
    }

    /// The numbers that the page has told of, in order.
    var seen: [Int] {
        get throws {
            try requests.compactMap { $0.firstMatch(of: /\/seen\/([0-9]+)/).flatMap { Int($0.output.1) } }
        }
    }

    /// What was answered: status, method and target.
    var requests: [String] {
        get throws {
            String(decoding: try Data(contentsOf: folder.appending(path: "access.log")), as: UTF8.self)
                .split(separator: "\n").map(String.init)
        }
    }
}

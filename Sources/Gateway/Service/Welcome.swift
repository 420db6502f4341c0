import HTTPCore
import HTTPTypes

/// What is at `/`: what this is, in a page for who wants HTML more than text, else in text.
enum Welcome {
    static func response(to request: Request) -> Response {
        let ranges = AcceptedRange.list(request.headers[values: .accept].joined(separator: ","))
        func weight(_ type: String) -> Int {
            ranges.filter { $0.takes(type) }.max { $0.precision < $1.precision }?.weight ?? 0
        }
        let wantsPage = weight("text/html") > weight("text/plain")
        var response: Response = wantsPage ? .text(page, type: "text/html; charset=utf-8") : .text(text)
        response.headers[.vary] = "Accept"
        return response
    }

    private static let text = """
        Slipgate: an HTTP gateway to Phoenix Channels.

        POST /sessions with {"uri":"ws://HOST:PORT/socket/websocket"} connects to a Phoenix server.
        GET /openapi.yaml describes every endpoint.

        """

    private static let page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Slipgate</title>
        <h1>Slipgate</h1>
        <p>An HTTP gateway to Phoenix Channels.</p>
        <p><code>POST /sessions</code> with <code>{"uri":"ws://HOST:PORT/socket/websocket"}</code> connects to a Phoenix
        server. <a href="openapi.yaml">openapi.yaml</a> describes every endpoint.</p>
        </html>

        """
}

import HTTPCore
import HTTPTypes

/// What is at `/`: what this is, in a page for who wants HTML more than text, else in text.
enum Welcome {
    static func response(to request: Request, under basePath: BasePath) -> Response {
        let ranges = AcceptedRange.list(request.headers[values: .accept].joined(separator: ","))
        func weight(_ type: String) -> Int {
            ranges.filter { $0.takes(type) }.max { $0.precision < $1.precision }?.weight ?? 0
        }
        let wantsPage = weight("text/html") > weight("text/plain")
        var response: Response =
            wantsPage
            ? .text(page(basePath), type: "text/html; charset=utf-8") : .text(text(basePath))
        response.headers[.vary] = "Accept"
        return response
    }

    private static func text(_ basePath: BasePath) -> String {
        """
        Slipgate: an HTTP gateway to Phoenix Channels.

        POST \(basePath.prefix)/sessions with {"uri":"ws://HOST:PORT/socket/websocket"} connects to a Phoenix server.
        GET \(basePath.prefix)/openapi.yaml describes every endpoint.

        """
    }

    private static func page(_ basePath: BasePath) -> String {
        // Beside this page, as long as nobody says where that is.
        let link = basePath == .root ? "openapi.yaml" : "\(basePath.prefix)/openapi.yaml"
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Slipgate</title>
            <h1>Slipgate</h1>
            <p>An HTTP gateway to Phoenix Channels.</p>
            <p><code>POST \(basePath.prefix)/sessions</code> with <code>{"uri":"ws://HOST:PORT/socket/websocket"}</code>
            connects to a Phoenix server. <a href="\(link)">openapi.yaml</a> describes every endpoint.</p>
            </html>

            """
    }
}

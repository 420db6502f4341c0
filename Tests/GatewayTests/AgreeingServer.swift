import PhoenixChannels
import Synchronization
import TestSupport

/// A Phoenix server that takes every websocket and says yes to all it is sent, on whichever thread serves.
final class AgreeingServer: Sendable {
    private struct Known {
        var isOpen = false
        var hasEnded = false
    }

    private let transport: ScriptedTransport
    private let links: Mutex<[ObjectIdentifier: Known]>

    /// Takes over where these are open.
    init(_ transport: ScriptedTransport, open links: [ScriptedLink]) {
        self.transport = transport
        let known = links.map { (ObjectIdentifier($0), Known(isOpen: true)) }
        self.links = Mutex(Dictionary(known) { first, _ in first })
    }

    /// Does what there is to do on all websockets; each of them has one thread at a time.
    func serve() {
        links.withLock { known in
            for link in transport.links { Self.serve(link, &known[ObjectIdentifier(link), default: Known()]) }
        }
        transport.advance()
    }

    private static func serve(_ link: ScriptedLink, _ known: inout Known) {
        guard !known.hasEnded else { return }
        if !link.closeCodes.isEmpty {
            known.hasEnded = true
            if known.isOpen {
                link.handler.transportClosed(code: 1000, reason: "")
            } else {
                link.handler.transportFailed(.cancelled)
            }
            return
        }
        if !known.isOpen {
            known.isOpen = true
            link.accept()
        }
        for text in link.sentTexts() {
            let message = (try? JSONText(validating: Array(text.utf8), limits: .lenient))?.slice.elements() ?? []
            guard message.count == 5, let ref = message[1].string, let topic = message[2].string else { continue }
            let joinRef = message[0].string ?? ref
            link.receive(#"["\#(joinRef)","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#)
        }
    }
}

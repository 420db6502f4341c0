/// Recordings whose frames are not told to the client, each with its reason.
let leftOutOfClient: [String: String] = {
    let handshake = "a handshake, which HandshakeReplayTests makes with the demo server over a socket"
    let reasons: [(String, [String])] = [
        (handshake, HandshakeReplayTests.recordings),
        ("versions that are refused before anything is sent: HandshakeReplayTests", ["connect_vsn_variants"]),
        ("serializer V1, whose frames end the connection: HandshakeReplayTests", ["connect_missing_vsn_v1"]),
        (
            "a request that this client can't make: no upgrade, or one without key or version; it has no server's frame",
            ["connect_plain_http", "ws_bad_handshake"]
        ),
        (
            "an offer of permessage-deflate that this client never makes: PeerTests sees that it doesn't",
            ["ws_deflate_negotiation"]
        ),
        (
            "a frame ahead of the 101, which this client never sends: HandshakeTests sees that it doesn't",
            ["ws_frame_sent_with_handshake"]
        ),
        (
            "a websocket ping and its pong alone: this client asks by heartbeats, and pings nobody",
            ["ws_client_ping"]
        ),
        (
            "long poll, which this client doesn't have",
            [
                "longpoll_bad_token_string", "longpoll_disconnect", "longpoll_empty_poll_204",
                "longpoll_expired_session_410", "longpoll_header_token", "longpoll_join_push_poll",
                "longpoll_malformed", "longpoll_ndjson_batch_and_binary", "longpoll_ndjson_binary_utf8",
                "longpoll_refused",
            ]
        ),
    ]
    return Dictionary(uniqueKeysWithValues: reasons.flatMap { reason, names in names.map { ($0, reason) } })
}()

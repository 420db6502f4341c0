/// Recordings that are not replayed against the demo server, each with its reason.
let leftOutOfDemo: [String: String] = {
    let reasons: [(String, [String])] = [
        (
            "permessage-deflate, which a server that agreed to it would have to speak; the client never offers it",
            ["ws_deflate_negotiation"]
        ),
        ("a loss of Bandit's, before the 101 is read, that the demo doesn't copy", ["ws_frame_sent_with_handshake"]),
        (
            "long poll, which the demo doesn't have",
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

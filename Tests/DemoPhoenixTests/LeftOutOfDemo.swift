/// Recordings that are not replayed against the demo server, each with its reason.
let leftOutOfDemo: [String: String] = {
    let reasons: [(String, [String])] = [
        (
            "needs the recorder's control endpoint, which acts from outside any channel",
            ["broadcast_from_other_client", "channel_killed", "disconnect_broadcast", "drain", "transport_killed"]
        ),
        (
            "needs the recorded application's other sockets: /secure, /short, /small, /deflate, /refuse",
            [
                "connect_error_tuple_429", "connect_raises", "connect_refused_bad_token", "connect_secure",
                "connect_secure_auth_token_subprotocol", "idle_timeout", "idle_timeout_despite_server_pushes",
                "idle_timeout_held_off_by_heartbeat", "idle_timeout_held_off_by_ws_ping", "ws_deflate_negotiation",
                "ws_frame_too_big",
            ]
        ),
        ("speaks serializer V1, which the demo refuses", ["connect_missing_vsn_v1", "connect_vsn_variants"]),
        ("asks for the connection's params and headers, which the demo doesn't keep", ["connect_params"]),
        ("needs presence, which the demo doesn't have", ["presence"]),
        (
            "the other outcome of a race that the demo always ends the same way",
            [
                "leave_then_rejoin_without_waiting.reply_lost"
            ]
        ),
        (
            "has a topic that is a number, which this codec takes for a malformed frame",
            [
                "malformed_topic_not_a_string"
            ]
        ),
        (
            "a server going down, which DemoServerTests has",
            [
                "server_shutdown_graceful", "server_shutdown_sigkill", "server_shutdown_sigterm",
            ]
        ),
        ("a loss of Bandit's, before the 101 is read, that the demo doesn't copy", ["ws_frame_sent_with_handshake"]),
        ("a ping from the server, which Phoenix never sends by itself", ["ws_server_ping"]),
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

/// Recordings that are not replayed into the client, each with its reason.
let leftOutOfClient: [String: String] = {
    let reasons: [(String, [String])] = [
        (
            "has frames with a join_ref or ref that this client never sends: null, a number, another join's",
            [
                "binary_push_empty_join_ref", "binary_push_wrong_join_ref", "heartbeat", "join_null_join_ref",
                "leave_null_join_ref", "leave_wrong_join_ref", "push_integer_refs", "push_null_ref",
                "push_wrong_join_ref",
            ]
        ),
        (
            "has frames that this client's encoder can't make",
            [
                "binary_malformed", "binary_wrong_kind", "malformed_empty_text", "malformed_invalid_utf8",
                "malformed_json", "malformed_object_on_v2", "malformed_short_array", "malformed_topic_not_a_string",
                "push_extra_array_elements", "ws_fragmented_text",
            ]
        ),
        ("joins with a binary payload; this client's joins are JSON", ["binary_join"]),
        ("pushes to the topic 'phoenix', which this client refuses", ["phoenix_topic_unknown_event"]),
        (
            "joins a topic that is joined or being left, which this client refuses",
            [
                "join_twice_same_join_ref", "join_twice_same_topic", "leave_then_rejoin_without_waiting",
                "leave_then_rejoin_without_waiting.reply_lost",
            ]
        ),
        ("pushes before the join is answered, which this client refuses", ["join_then_push_without_waiting"]),
        (
            "is about websocket control frames, which the transport's tests have",
            ["idle_timeout_held_off_by_ws_ping", "ws_client_ping", "ws_server_ping"]
        ),
        ("speaks serializer V1, which this client doesn't", ["connect_missing_vsn_v1"]),
        (
            "has no message on a websocket: the handshake's refusals are the transport tests'",
            [
                "connect_error_tuple_429", "connect_plain_http", "connect_raises", "connect_refused_bad_token",
                "ws_bad_handshake", "ws_deflate_negotiation",
            ]
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

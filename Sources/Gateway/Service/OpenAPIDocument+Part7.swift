/// Part 7 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part7 = #"""

                    several join with equal params is joined once; who joins later gets the stored response and who is there, not what was
                    pushed before. A topic with other params, or past 100 topics, is on another socket.
                  enum: [own, shared, null]
                  default: own
                log:
                  type: [object, "null"]
                  additionalProperties: false
                  description: What the log keeps.
                  properties:
                    max_entries: { type: [integer, "null"], minimum: 1, maximum: 100000, default: 10000 }
                    max_bytes: { type: [integer, "null"], minimum: 1024, maximum: 67108864, default: 8388608 }
                    max_age: { type: [string, number, "null"], default: 1h, description: "1s to 24h." }
                    overflow:
                      description: Whether the oldest entries are dropped, and told as a gap, or the session ends.
                      enum: [drop_oldest, close, null]
                      default: drop_oldest
                idle_timeout:
                  description: The session ends when no request names it for so long; 1s to 24h.
                  type: [string, number, "null"]
                  default: 5m
            Session:
              type: object
              required: [id, url, name, state, uri, endpoint, topics, cursor, oldest, log, expires_in, upstream]
              properties:
                id: { type: string }
                url: { type: string }
                name: { type: [string, "null"] }
                state: { enum: [connecting, connected, disconnected] }
                uri: { type: [string, "null"], description: "Without its query; null where the session was made with `endpoint`." }
                endpoint: { type: [string, "null"], description: "The operator's name for the upstream, if it was made with that." }
                topics: { type: array, items: { $ref: "#/components/schemas/Topic" } }
                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: |
                    The log's latest position. Where the request has made, connected or disconnected the session, the position
                    when the request came, of a new session the log's start: `after=` it misses nothing that was caused.
                oldest: { $ref: "#/components/schemas/Cursor" }
                log:
                  type: object
                  properties:
                    entries: { type: integer }
                    bytes: { type: integer }
                    max_entries: { type: integer }
                    max_bytes: { type: integer }
                    max_age: { type: number }
                    overflow: { enum: [drop_oldest, close] }
                expires_in: { type: number, description: Seconds until the session ends if nothing names it. }
                upstream:
                  type: [object, "null"]
                  description: Why there is no connection.
                  properties:
                    cause: { enum: [connect_failed, server, network, heartbeat, requested] }
                    status: { type: integer }
                    code: { type: [integer, "null"] }
                    reason: { type: string }
                    retry_in: { type: [number, "null"], description: Seconds to the next attempt when it was told; null for none. }
            Topic:
              type: object
              required: [topic, state, response]
              properties:
                topic: { type: string }
                state: { enum: [joining, joined, leaving, left, closed, errored, rejected] }
                response: { description: What the server answered the join with; null unless joined. }
                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: In the answer to a join or a leave, the log's position before all that the request caused.
            Presence:
              type: object
              required: [topic, presence, cursor]
              properties:
                topic: { type: string }
                presence:
                  description: "By key, such as a user's id: the metas, and what the server puts beside them."
                  type: object
                  additionalProperties:
                    type: object
                    required: [metas]
                    properties:
                      metas: { type: array, items: { type: object } }
                cursor: { $ref: "#/components/schemas/Cursor", description: "Of the message that made this state: read on from it." }
                complete: { type: boolean, description: "False when a bound was passed, and something may be missing." }
            Push:
              type: object
              required: [event]
              additionalProperties: false
              properties:
                event: { type: string, minLength: 1 }
                payload: { description: "Any JSON; `{\"$binary\": \"<base64>\"}` for a binary push.", default: {} }
            NamedPush:
              type: object
              required: [event]
              additionalProperties: false
              properties:
                topic: { type: [string, "null"], minLength: 1 }
                event: { type: string, minLength: 1 }
                payload: { description: "Any JSON; `{\"$binary\": \"<base64>\"}` for a binary push.", default: {} }
            PushReply:
              type: object
              required: [status, response, ref, cursor]
              properties:
                status: { type: string, description: "`ok`, or any other that the channel gave." }
                response: {}
                ref: { $ref: "#/components/schemas/Ref" }
                cursor: { $ref: "#/components/schemas/Cursor" }
            Entry:
              type: object
              description: What else there is depends on the kind.
              required: [cursor, kind, at]
              properties:
                cursor: { $ref: "#/components/schemas/Cursor" }
                kind: { $ref: "#/components/schemas/Kind" }
                at: { $ref: "#/components/schemas/Time" }
                topic: { type: string }
                event: { type: string }
                payload: {}
                binary: { type: boolean }
                ref: { $ref: "#/components/schemas/Ref" }
                status: { type: [string, integer] }
                response: {}
                rejoin: { type: boolean }
                attempt: { type: integer }
                retry_in: { type: [number, "null"] }
                code: { type: [integer, "null"] }
                reason: { type: string }
                cause: { enum: [server, network, heartbeat, requested] }
                dropped: { type: integer, description: Of a gap that stands for entries no longer kept. }
            LateProblem:
              type: object
              description: With `heartbeat`, what went wrong once the answer had begun.
              required: [problem]
              properties:
                problem: { $ref: "#/components/schemas/Problem" }
            Kind:
              enum:
                - message
                - reply
                - joined
                - join_failed
                - left
                - topic_closed
                - topic_error
                - connected
                - connect_failed
                - disconnected
                - gap
            Names:
              oneOf:
                - { type: string, minLength: 1 }
                - { type: array, minItems: 1, items: { type: string, minLength: 1 } }
                - { type: "null" }
            Cursor:
              type: string
              pattern: '^[0-9A-Za-z]{1,32}-[0-9]{1,19}$'
              description: A position in the session's log.
            After:
              type: string
              pattern: '^(oldest|latest|[0-9A-Za-z]{1,32}-[0-9]{1,19})$'
              description: A cursor, `oldest` for all that is kept, or `latest` for what is still to come.
            Ref:
              type: string
              pattern: '^[0-9A-Za-z]{1,32}-r[0-9]{1,19}$'
              description: Names a push, and no other, in this log or another. It is no cursor, which has no `r`.
            Time: { type: string, format: date-time }
            Problem:
              type: object
              required: [type, code, title, status, detail, instance, retryable]
              properties:
                type: { type: string }
                code: { type: string }
                title: { type: string }
                status: { type: integer }
                detail: { type: string }
                instance: { type: string, description: "This request's id, as `X-Request-Id` has it." }
                retryable:
                  type: boolean
                  description: |
                    Whether the same request may succeed later, while its sender changes nothing. Where a push was sent, only if a
                    repeat would not push again.
                sent: { type: boolean, description: Whether the push was sent. }
                stage: { enum: [connect, join, push, reply, await], description: Where a call stopped. }
                topic: { type: string }
                ref: { $ref: "#/components/schemas/Ref" }
                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: The log's position before what the request has caused.
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                gap: *gap
                reason: { type: string }
                node: { type: string, description: The node that has given the id. }
                quota: { enum: [max_sessions], description: Which of the principal's quotas is used up. }
                reply:
                  type: object
                  properties:
                    status: { type: string }
                    response: {}
                upstream:
                  type: object
                  properties:
                    status: { type: integer }
                    cause: { enum: [connect_failed, server, network, heartbeat, requested] }
                    code: { type: [integer, "null"] }
                    reason: { type: string }
                    retry_in: { type: [number, "null"], description: Seconds to the next attempt when it was told; null for none. }
                errors:
                  type: array
                  description: Where something is wrong.
                  items:
                    type: object
                    properties:
                      pointer: { type: string, description: "In the body, or in the pattern that is the parameter (RFC 6901)." }
                      parameter: { type: string, description: In the query or the path. }
                      header: { type: string }
                      detail: { type: string }
        """#
}

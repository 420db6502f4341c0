/// Part 6 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part6 = #"""

                    detail: "A request's body may have 1048576 bytes. Nothing was done."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            UnsupportedMediaType:
              description: "`unsupported-media-type`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:unsupported-media-type
                    code: unsupported-media-type
                    title: The body is of a type that is not taken
                    status: 415
                    detail: "The body is declared as 'text/plain'; this endpoint takes JSON: send Content-Type: application/json."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            TooMany:
              description: |
                `too-many-requests`: so many wait on this session already, so much waits to be sent upstream, or the principal has
                as many sessions as it may (`quota`). `rate-limited`: the principal has asked too often within a second.
              headers:
                Retry-After: { description: Seconds., schema: { type: integer } }
                RateLimit-Policy: { $ref: "#/components/headers/RateLimitPolicy" }
                RateLimit: { $ref: "#/components/headers/RateLimit" }
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  examples:
                    waiting:
                      value:
                        type: urn:slipgate:problem:too-many-requests
                        code: too-many-requests
                        title: Too many at once
                        status: 429
                        detail: "1024 reads wait on this session, open streams among them."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                    sessions:
                      value:
                        type: urn:slipgate:problem:too-many-requests
                        code: too-many-requests
                        title: Too many at once
                        status: 429
                        detail: "The principal has 100 sessions, as many as its quota max_sessions allows: delete those no longer used."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        quota: max_sessions
                    rate:
                      value:
                        type: urn:slipgate:problem:rate-limited
                        code: rate-limited
                        title: Too many requests a second
                        status: 429
                        detail: "The principal may make 50 requests a second. Nothing was done: ask again in a second."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        sent: false
            Unavailable:
              description: |
                `disconnected`, `too-many-topics`, `draining`, or `capacity`: too many sessions, too many keys (see
                `Idempotency-Key`), or too many requests wait; reads are refused first, and what doesn't wait never is.
              headers:
                Retry-After: { description: "Seconds; with `capacity` and `draining`.", schema: { type: integer } }
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:disconnected
                    code: disconnected
                    title: The session is not connected
                    status: 503
                    detail: "The session's websocket is disconnected, and nothing was sent: GET the session to see why, and when it connects again; if it won't, make another with POST /sessions."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: true
                    sent: false
            Timeout:
              description: |
                `connect-timeout`, `join-timeout`, `leave-timeout`, `reply-timeout`, or `await-timeout`. A wait for a connection or
                a join tells in `upstream` why there is no connection. A `reply-timeout` is `retryable` where the request only asks
                for the reply, and for a push under an `Idempotency-Key`: another push would be sent twice.
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  examples:
                    reply:
                      value:
                        type: urn:slipgate:problem:reply-timeout
                        code: reply-timeout
                        title: The reply did not come in time
                        status: 504
                        detail: "The push was sent and has no reply yet: wait on with GET on replies/k3Jd82Lx-r3. Some events are never replied to."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        sent: true
                        ref: k3Jd82Lx-r3
                        cursor: k3Jd82Lx-2
                    join:
                      value:
                        type: urn:slipgate:problem:join-timeout
                        code: join-timeout
                        title: The join was not answered in time
                        status: 504
                        detail: "The join is still on its way: the same PUT waits on for it, DELETE gives it up."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        topic: "rooms:slow"
                        cursor: k3Jd82Lx-2
                    connection:
                      value:
                        type: urn:slipgate:problem:await-timeout
                        code: await-timeout
                        title: It did not come to be in time
                        status: 504
                        detail: "The session was not connected before the wait was over: ask again, or with a longer wait."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        upstream: { cause: connect_failed, status: 503, reason: "the upstream answered the websocket upgrade with status 503", retry_in: 2.5 }
            CallTimeout:
              description: |
                `connect-timeout`, `join-timeout`, `reply-timeout` or `await-timeout`, with its `stage`. With an `Idempotency-Key`
                the same request waits on.
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:reply-timeout
                    code: reply-timeout
                    title: The reply did not come in time
                    status: 504
                    detail: "The push was sent and has no reply yet, and it can't be asked for later: wait longer, or send an Idempotency-Key, with which the same request waits on. Some events are never replied to."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    sent: true
                    stage: reply
          schemas:
            Call:
              type: object
              required: [uri, topic]
              additionalProperties: false
              properties:
                uri: { type: string, description: The websocket's address. }
                params: { type: [object, "null"] }
                headers: { type: [object, "null"], additionalProperties: { type: string } }
                auth_token: { type: [string, "null"] }
                heartbeat_interval: { $ref: "#/components/schemas/HeartbeatInterval" }
                reconnect:
                  $ref: "#/components/schemas/Reconnect"
                  description: When a stream's client connects again; a call tries once.
                topic: { type: string }
                join: { type: [object, "null"], description: "What the server's `join/3` gets; {} when absent." }
                event: { type: [string, "null"] }
                payload: { description: "Any JSON value, or bytes as {\"$binary\": base64}.", default: {} }
                await:
                  description: "The push's reply, or the first entry that matches."
                  default: reply
                  oneOf:
                    - { enum: [reply, null] }
                    - type: object
                      additionalProperties: false
                      properties:
                        topic: { $ref: "#/components/schemas/Names" }
                        event: { $ref: "#/components/schemas/Names" }
                        payload: { description: A pattern. }
                        kind:
                          oneOf:
                            - { $ref: "#/components/schemas/Kind" }
                            - { type: array, minItems: 1, items: { $ref: "#/components/schemas/Kind" } }
                            - { type: "null" }
            HeartbeatInterval:
              description: Between heartbeats, 1s to 5m; shorter than what the server or a network takes for idle.
              type: [string, number, "null"]
              default: 25s
            Reconnect:
              description: When to connect again after the connection was lost; false, or `enabled` false, for never.
              oneOf:
                - { type: [boolean, "null"] }
                - type: object
                  additionalProperties: false
                  properties:
                    enabled: { type: [boolean, "null"], default: true }
                    min: { type: [string, number, "null"], default: 100ms, description: "What the first wait is a random part of." }
                    max: { type: [string, number, "null"], default: 30s, description: "What a wait is a part of at the most." }
                    max_attempts: { type: [integer, "null"], minimum: 1, description: "Tries in a row before it gives up; null for no bound." }
            SessionSpec:
              type: object
              required: [uri]
              additionalProperties: false
              properties:
                uri:
                  type: string
                  description: The websocket's address, taken as it is; `vsn` is added. Loopback only, unless started otherwise.
                params: { type: [object, "null"], description: Merged into the uri's query; nested as Plug decodes it. }
                headers: { type: [object, "null"], additionalProperties: { type: string }, description: Sent with the upgrade. }
                auth_token:
                  type: [string, "null"]
                  description: Sent by subprotocol, out of the uri, to a socket with `auth_token` set to true.
                heartbeat_interval: { $ref: "#/components/schemas/HeartbeatInterval" }
                reconnect: { $ref: "#/components/schemas/Reconnect" }
                topics:
                  type: [array, "null"]
                  maxItems: 1000
                  items:
                    type: object
                    required: [topic]
                    additionalProperties: false
                    properties:
                      topic: { type: string }
                      params: { type: [object, "null"] }
                socket:
                  description: |
                    `shared`: one socket for all sessions of equal `uri`, `params`, `headers` and `auth_token`. A topic that several
                    join with equal params is joined once; who joins later gets the stored response and who is there, not what was
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
              required: [id, url, name, state, uri, topics, cursor, oldest, log, expires_in, upstream]
              properties:
                id: { type: string }
                url: { type: string }
                name: { type: [string, "null"] }
                state: { enum: [connecting, connected, disconnected] }
                uri: { type: string }
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
        """#
}

/// Part 5 of 6. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part5 = #"""

                      - { $ref: "#/components/schemas/LateProblem" }
                  example: { messages: [*message], next: k3Jd82Lx-5, more: false }
                text/event-stream: *eventStream
                application/x-ndjson: *lines
            Listening:
              description: What comes, or in JSON the first message.
              headers:
                X-Accel-Buffering: { $ref: "#/components/headers/AccelBuffering" }
                Server-Timing:
                  description: "Milliseconds: `connect` and `join` unless the client was there already."
                  schema: { type: string }
              content:
                application/json:
                  schema:
                    type: object
                    required: [message, next]
                    properties:
                      message: { $ref: "#/components/schemas/Entry" }
                      next: { $ref: "#/components/schemas/Cursor" }
                  example: { message: *message, next: k3Jd82Lx-5 }
                text/event-stream: *eventStream
                application/x-ndjson: *lines
            TargetTooLong:
              description: The target is far longer than a head may be; this answer is the HTTP library's own, HTML without a type.
            HeadTooLarge:
              description: "`headers-too-large`: a pattern of this size goes into the body of `POST …/await`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:headers-too-large
                    code: headers-too-large
                    title: The request's head is too large
                    status: 431
                    detail: "The request line and headers have 12823 bytes, and may have 8192."
                    instance: 1f2e3d4c5b6a7988
                    retryable: false
            NotAcceptable:
              description: "`not-acceptable`: the log is read as `application/json`, `text/event-stream` or `application/x-ndjson`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:not-acceptable
                    code: not-acceptable
                    title: No answer of such a type
                    status: 406
                    detail: "The log is read as one of application/json, text/event-stream, application/x-ndjson, and Accept has none of them: 'text/html'."
                    instance: 1f2e3d4c5b6a7988
                    retryable: false
            Invalid:
              description: "`invalid-request` or `invalid-pattern`: what is wrong, and where. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:invalid-request
                    code: invalid-request
                    title: The request is not valid
                    status: 400
                    detail: "The uri's scheme must be ws or wss."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    errors: [{ pointer: /uri, detail: "The uri's scheme must be ws or wss." }]
            Forbidden:
              description: "`endpoint-not-allowed`, `join-rejected`, or `forbidden` for a browser's cross-site request."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:join-rejected
                    code: join-rejected
                    title: The upstream refused the join
                    status: 403
                    detail: "The upstream answered the join with status 'error'; its words are in 'reply'."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    topic: "rooms:private"
                    reply: { status: error, response: { reason: unauthorized } }
            Mismatch:
              description: "`idempotency-mismatch`: the key stands for another request. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:idempotency-mismatch
                    code: idempotency-mismatch
                    title: The key stands for another request
                    status: 422
                    detail: "This Idempotency-Key came with another body, type or query in the last 10 minutes. Nothing was done: use a new key for a new request."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            NotFound:
              description: "`session-not-found`, `unmatched-topic`, or `not-found`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:session-not-found
                    code: session-not-found
                    title: There is no such session
                    status: 404
                    detail: "No session has this id or name, or it ended more than 10 minutes ago: make one with POST /sessions."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            Refused:
              description: "`upstream-refused`: it refused the websocket (`upstream.status`) or could not be reached (`upstream.reason`)."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:upstream-refused
                    code: upstream-refused
                    title: The upstream could not be connected to
                    status: 502
                    detail: "No websocket was opened: nothing listens at 127.0.0.1 port 4000."
                    instance: 1f2e3d4c5b6a7988
                    retryable: true
                    upstream: { reason: nothing listens at 127.0.0.1 port 4000 }
            Conflict:
              description: "`not-joined` or `join-conflict`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:not-joined
                    code: not-joined
                    title: The topic is not joined
                    status: 409
                    detail: "The session has not joined the topic: join it first with PUT on its path. Nothing was sent."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    topic: "rooms:other"
                    sent: false
            Gone:
              description: "`session-ended` with its `reason`, `cursor-expired`, or `reply-lost`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:session-ended
                    code: session-ended
                    title: The session has ended
                    status: 410
                    detail: "The session has ended: it was deleted. Make another with POST /sessions."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    reason: deleted
            TooLarge:
              description: "`payload-too-large`. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:payload-too-large
                    code: payload-too-large
                    title: The body is too large
                    status: 413
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
              description: "`too-many-requests`: so many wait on this session already, or so much waits to be sent upstream."
              headers:
                Retry-After: { description: Seconds., schema: { type: integer } }
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:too-many-requests
                    code: too-many-requests
                    title: Too many at once
                    status: 429
                    detail: "1024 reads wait on this session, open streams among them."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: true
            Unavailable:
              description: |
                `disconnected`, `too-many-topics`, `draining`, or `capacity`: too many sessions, or too many requests wait; reads
                are refused first, and what doesn't wait never is.
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
              description: "`connect-timeout`, `join-timeout`, `leave-timeout`, `reply-timeout`, or `await-timeout`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:reply-timeout
                    code: reply-timeout
                    title: The reply did not come in time
                    status: 504
                    detail: "The push was sent and has no reply yet: wait on with GET on replies/k3Jd82Lx-3. Some events are never replied to."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    sent: true
                    ref: k3Jd82Lx-3
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
                heartbeat_interval:
                  description: Between heartbeats, 1s to 5m; shorter than what the server or a network takes for idle.
                  type: [string, number, "null"]
                  default: 25s
                reconnect:
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
        """#
}

/// Part 4 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part4 = #"""

                        properties:
                          messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                          next: { $ref: "#/components/schemas/Cursor" }
                          more: { type: boolean, description: Whether entries follow `next`. }
                      - { $ref: "#/components/schemas/LateProblem" }
                  example: { messages: [*message], next: k3Jd82Lx-5, more: false }
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
              content: &problem
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
            Forbidden:
              description: "`endpoint-not-allowed`, `join-rejected`, or `forbidden` for a browser's cross-site request."
              content: *problem
            NotFound:
              description: "`session-not-found`, `unmatched-topic`, or `not-found`."
              content: *problem
            Refused:
              description: The upstream refused the websocket (`upstream.status`) or could not be reached (`upstream.reason`).
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
              content: *problem
            Gone:
              description: "`session-ended` with its `reason`, `cursor-expired`, or `reply-lost`."
              content: *problem
            TooLarge:
              description: "`payload-too-large`. Nothing was done."
              content: *problem
            UnsupportedMediaType:
              description: "`unsupported-media-type`."
              content: *problem
            TooMany:
              description: "`too-many-requests`: so many wait on this session already, or so much waits to be sent upstream."
              headers:
                Retry-After: { description: Seconds., schema: { type: integer } }
              content: *problem
            Unavailable:
              description: |
                `disconnected`, `too-many-topics`, `draining`, or `capacity`: too many sessions, or too many requests wait; reads
                are refused first, and what doesn't wait never is.
              headers:
                Retry-After: { description: "Seconds; with `capacity` and `draining`.", schema: { type: integer } }
              content: *problem
            Timeout:
              description: "`connect-timeout`, `join-timeout`, `leave-timeout`, `reply-timeout`, or `await-timeout`."
              content: *problem
          schemas:
            SessionSpec:
              type: object
              required: [uri]
              additionalProperties: false
              properties:
                uri:
                  type: string
                  description: The websocket's address, taken as it is; `vsn` is added. Loopback only, unless started otherwise.
                params: { type: object, description: Merged into the uri's query; nested as Plug decodes it. }
                headers: { type: object, additionalProperties: { type: string }, description: Sent with the upgrade. }
                auth_token:
                  type: string
                  description: Sent by subprotocol, out of the uri, to a socket with `auth_token` set to true.
                heartbeat_interval:
                  description: Between heartbeats, 1s to 5m; shorter than what the server or a network takes for idle.
                  type: [string, number]
                  default: 25s
                reconnect:
                  description: When to connect again after the connection was lost; false, or `enabled` false, for never.
                  oneOf:
                    - { type: boolean }
                    - type: object
                      additionalProperties: false
                      properties:
                        enabled: { type: boolean, default: true }
                        min: { type: [string, number], default: 100ms, description: "What the first wait is a random part of." }
                        max: { type: [string, number], default: 30s, description: "What a wait is a part of at the most." }
                        max_attempts: { type: [integer, "null"], minimum: 1, description: "Tries in a row before it gives up; null for no bound." }
                topics:
                  type: array
                  maxItems: 1000
                  items:
                    type: object
                    required: [topic]
                    additionalProperties: false
                    properties:
                      topic: { type: string }
                      params: { type: object }
                socket:
                  description: |
                    `shared`: one socket for all sessions of equal `uri`, `params`, `headers` and `auth_token`. A topic that several
                    join with equal params is joined once; who joins later gets the stored response and who is there, not what was
                    pushed before. A topic with other params, or past 100 topics, is on another socket.
                  enum: [own, shared]
                  default: own
                log:
                  type: object
                  additionalProperties: false
                  description: What the log keeps.
                  properties:
                    max_entries: { type: integer, minimum: 1, maximum: 100000, default: 10000 }
                    max_bytes: { type: integer, minimum: 1024, maximum: 67108864, default: 8388608 }
                    max_age: { type: [string, number], default: 1h, description: "1s to 24h." }
                    overflow:
                      description: Whether the oldest entries are dropped, and told as a gap, or the session ends.
                      enum: [drop_oldest, close]
                      default: drop_oldest
                idle_timeout:
                  description: The session ends when no request names it for so long; 1s to 24h.
                  type: [string, number]
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
                cursor: { $ref: "#/components/schemas/Cursor" }
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
                cursor: { $ref: "#/components/schemas/Cursor" }
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
                - { type: string }
                - { type: array, minItems: 1, items: { type: string } }
            Cursor: { type: string, description: A position in the session's log. }
            After:
              type: string
              pattern: '^(oldest|latest|[0-9A-Za-z]{1,32}-[0-9]{1,19})$'
              description: A cursor, `oldest` for all that is kept, or `latest` for what is still to come.
            Ref: { type: string, description: Names a push; never the same in another session. }
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
                instance: { type: string, description: The request's id. }
                retryable: { type: boolean, description: Whether the same request may succeed later. }
                sent: { type: boolean, description: Whether the push was sent. }
                stage: { enum: [connect, join, push, reply, await], description: Where a call stopped. }
                topic: { type: string }
                ref: { $ref: "#/components/schemas/Ref" }
                cursor: { $ref: "#/components/schemas/Cursor" }
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                reason: { type: string }
                reply:
                  type: object
                  properties:
                    status: { type: string }
                    response: {}
                upstream:
                  type: object
                  properties:
                    status: { type: integer }
                    cause: { enum: [server, network, heartbeat, requested] }
                    code: { type: [integer, "null"] }
                    reason: { type: string }
                errors:
                  type: array
                  items:
                    type: object
                    properties:
                      pointer: { type: string, description: RFC 6901. }
                      detail: { type: string }
        """#
}

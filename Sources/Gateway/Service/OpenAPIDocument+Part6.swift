/// Part 6 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part6 = #"""

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
                    detail: "The session has not joined the topic: join it first, with PUT on its path or POST to …/join, or push with ?join=true. Nothing was sent."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    topic: "rooms:other"
                    sent: false
            Gone:
              description: "`session-ended` with its `reason`, `cursor-expired`, or `reply-lost`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  examples:
                    ended:
                      value:
                        type: urn:slipgate:problem:session-ended
                        code: session-ended
                        title: The session has ended
                        status: 410
                        detail: "The session has ended: it was deleted. Make another with POST /sessions."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        reason: deleted
                    lost:
                      value:
                        type: urn:slipgate:problem:reply-lost
                        code: reply-lost
                        title: The reply will not come
                        status: 410
                        detail: "The connection, the join or the channel ended before the reply came; the push was sent, and may have been served."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        sent: true
                        ref: k3Jd82Lx-r3
                        reason: disconnected
                        cursor: k3Jd82Lx-2
                    expired:
                      value:
                        type: urn:slipgate:problem:cursor-expired
                        code: cursor-expired
                        title: The cursor is of another log
                        status: 410
                        detail: "This cursor was not given by this session: begin with 'oldest' or 'latest' as 'after'."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        oldest: k3Jd82Lx-0
                        latest: k3Jd82Lx-5
            CallLost:
              description: |
                `reply-lost`: what was pushed may have been served. With the `reason` `expired` it is a repeat's, for which the
                outcome is no longer known.
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:reply-lost
                    code: reply-lost
                    title: The reply will not come
                    status: 410
                    detail: "The connection, the join or the channel ended before the reply came; the push was sent, and may have been served."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    sent: true
                    reason: disconnected
                    stage: reply
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
              description: |
                `too-many-requests`: so many wait on this session already, so much waits to be sent upstream, or the principal has
                as many sessions and clients of calls as it may (`quota`). `rate-limited`: the principal has asked too often within a second.
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
                        detail: "The principal has 100 sessions, clients of its calls among them, as many as its quota max_sessions allows: delete those no longer used."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        quota: max_sessions
                    clients:
                      value:
                        type: urn:slipgate:problem:too-many-requests
                        code: too-many-requests
                        title: Too many at once
                        status: 429
                        detail: "The principal has as many clients as its quota allows, 100, and all of them are in use; nothing was sent: repeat the call later."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: true
                        sent: false
                        quota: max_sessions
                        stage: connect
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
                Retry-After: { description: "Seconds; with `capacity` and `draining`, where they are `retryable`.", schema: { type: integer } }
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:disconnected
                    code: disconnected
                    title: The session is not connected
                    status: 503
                    detail: "The session's websocket is disconnected, and nothing was sent: GET /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3?until=connected&wait=10s waits for it, and GET /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3 says why it is not."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: true
                    sent: false
            CallUnavailable:
              description: |
                `disconnected`, `too-many-topics`, `draining`, or `capacity`: all clients of the upstream's host are in use,
                as many of all hosts as there may be, the logs hold as much as they may, or too many requests or keys are kept.
              headers:
                Retry-After: { description: "Seconds; with `capacity` and `draining`, where they are `retryable`.", schema: { type: integer } }
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:capacity
                    code: capacity
                    title: All clients are in use
                    status: 503
                    detail: "All clients that may be connected to 127.0.0.1:4000 were in use until the wait was over, or as many calls wait for one already as may; nothing was sent."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: true
                    sent: false
                    stage: connect
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
                        detail: "The join is still on its way: the same request waits on for it, and leaving the topic gives it up."
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
              required: [topic]
              additionalProperties: false
              description: Of `uri` and `endpoint` it has one.
              properties:
                uri: { $ref: "#/components/schemas/URI" }
                endpoint: { $ref: "#/components/schemas/Endpoint" }
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
            URI:
              description: |
                The websocket's address, taken as it is; `vsn` is added. Where it may lead is the operator's `allow_uris`: loopback,
                unless set otherwise. A name is looked up, and only those of its addresses that are allowed are connected to; where
                there is none, and where the host is not listed, it is 403 `endpoint-not-allowed`.
              type: [string, "null"]
            Endpoint:
              description: |
                In place of `uri`, the name that the gateway's operator has given to an upstream. The request's `params` and
                `headers` are added to the operator's; one that the operator has set, and an `auth_token` beside the operator's,
                is 400. A name that there is not is 403 `endpoint-not-allowed`.
              type: [string, "null"]
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
              additionalProperties: false
              description: Of `uri` and `endpoint` it has one.
              properties:
                uri: { $ref: "#/components/schemas/URI" }
                endpoint: { $ref: "#/components/schemas/Endpoint" }
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
                    `shared`: one socket for all sessions of equal `uri` or `endpoint`, `params`, `headers` and `auth_token`. A topic that
        """#
}

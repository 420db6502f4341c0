/// Part 3 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part3 = #"""

                        kind:
                          description: "`message` when absent."
                          oneOf:
                            - { $ref: "#/components/schemas/Kind" }
                            - { type: array, minItems: 1, items: { $ref: "#/components/schemas/Kind" } }
                        after: { $ref: "#/components/schemas/After" }
                        count: { type: integer, minimum: 1, maximum: 1000 }
                    example: { topic: "rooms:lobby", event: foo, payload: { bar: baz } }
              responses:
                "200":
                  description: The match, or with `count` the matches, and where to go on from.
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [next]
                        properties:
                          message: { $ref: "#/components/schemas/Entry" }
                          messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                          next: { $ref: "#/components/schemas/Cursor" }
                      example:
                        message: &message
                          cursor: k3Jd82Lx-5
                          kind: message
                          at: "2026-11-24T12:21:31.004Z"
                          topic: rooms:lobby
                          event: foo
                          payload: { bar: baz }
                        next: k3Jd82Lx-5
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /livez:
            get:
              tags: [service]
              operationId: livez
              summary: Whether the gateway answers at all.
              responses:
                "200": { $ref: "#/components/responses/OK" }
          /readyz:
            get:
              tags: [service]
              operationId: readyz
              summary: Whether the gateway takes new sessions.
              responses:
                "200": { $ref: "#/components/responses/OK" }
                "503": { $ref: "#/components/responses/Unavailable" }
          /openapi.yaml:
            get:
              tags: [service]
              operationId: contract
              summary: This document.
              responses:
                "200":
                  description: The document.
                  content:
                    application/yaml: { schema: { type: [string, object] } }
          /:
            get:
              tags: [service]
              operationId: root
              summary: What this is.
              responses:
                "200":
                  description: A few lines of text.
                  content:
                    text/plain: { schema: { type: string } }

        components:
          parameters:
            id:
              name: id
              in: path
              required: true
              description: The session's id, or its name if it has one; who knows it may use the session.
              schema: { type: string }
              example: local.4fKq0Zb1sYw8RtXv2LmNp3
            topic:
              name: topic
              in: path
              required: true
              description: One path segment, percent-encoded; a `/` in a topic is `%2F`.
              schema: { type: string, minLength: 1 }
              example: "rooms:lobby"
            wait:
              name: wait
              in: query
              description: How long to wait at most; 0 doesn't wait.
              schema: { type: string, pattern: '^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)?$', default: 5s }
              example: 10s
            optionalWait:
              name: wait
              in: query
              description: How long to wait at most; absent or 0 doesn't wait.
              schema: { type: string, pattern: '^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)?$' }
              example: 10s
            untilWait:
              name: wait
              in: query
              description: How long to wait for `until` at most, 5s when absent; refused without `until`.
              schema: { type: string, pattern: '^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)?$' }
              example: 10s
            prefer:
              name: Prefer
              in: header
              description: "`wait=N`, in seconds, where the query has no `wait` (RFC 7240)."
              schema: { type: string }
              example: wait=10
            after:
              name: after
              in: query
              description: Read behind this cursor; from the session's start when absent.
              schema: { $ref: "#/components/schemas/After" }
            limit:
              name: limit
              in: query
              description: Entries at most.
              schema: { type: integer, minimum: 1, maximum: 1000, default: 100 }
            topicFilter:
              name: topic
              in: query
              description: Topics wanted, exact or with `*` as a glob; repeated ones are alternatives.
              schema: { type: array, items: { type: string } }
            event:
              name: event
              in: query
              description: Events wanted, exact or with `*` as a glob; repeated ones are alternatives.
              schema: { type: array, items: { type: string } }
            match:
              name: match
              in: query
              description: A pattern for the payload, as JSON.
              schema: { type: string, maxLength: 4096 }
              example: '{"bar":"baz"}'
          headers:
            Location:
              description: The session's path.
              schema: { type: string }
          responses:
            OK:
              description: Yes.
              content:
                application/json:
                  schema: { type: object, required: [status], properties: { status: { const: ok } } }
                  example: { status: ok }
            Messages:
              description: The messages behind `after`.
              content:
                application/json:
                  schema:
                    type: object
                    required: [messages, next, more]
                    properties:
                      messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                      next: { $ref: "#/components/schemas/Cursor" }
                      more: { type: boolean, description: Whether entries follow `next`. }
                  example: { messages: [*message], next: k3Jd82Lx-5, more: false }
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
                        max_attempts: { type: [integer, "null"], minimum: 1, description: "Failures in a row; null for no bound." }
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
                    overflow: { enum: [drop_oldest] }
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
        """#
}

/// Part 3 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part3 = #"""

                        type: string
                        description: "An entry a line; also `{\"kind\": \"heartbeat\", \"next\"}`, and at last the `end`."
                      example: |
                        {"cursor":"k3Jd82Lx-1","kind":"connected","at":"2026-11-24T12:21:30.929Z","attempt":1}
                        {"kind":"heartbeat","next":"k3Jd82Lx-1"}
                        {"kind":"end","reason":"rotated","next":"k3Jd82Lx-1"}
                    application/json:
                      schema:
                        oneOf:
                          - type: object
                            required: [events, next, more]
                            properties:
                              events: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                              next: { $ref: "#/components/schemas/Cursor" }
                              more: { type: boolean, description: Whether entries follow `next`. }
                          - { $ref: "#/components/schemas/LateProblem" }
                      example:
                        events:
                          - { cursor: k3Jd82Lx-1, kind: connected, at: "2026-11-24T12:21:30.929Z", attempt: 1 }
                          - cursor: k3Jd82Lx-2
                            kind: joined
                            at: "2026-11-24T12:21:30.969Z"
                            topic: rooms:lobby
                            response: {}
                            rejoin: false
                        next: k3Jd82Lx-2
                        more: false
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }

          /sessions/{id}/await:
            parameters:
              - $ref: "#/components/parameters/id"
            post:
              tags: [reads]
              operationId: awaitMessage
              summary: Wait for the first entry that matches, or the first `count`.
              description: |
                `topic` and `event` match exactly, or with `*` as a glob (`\*` is a star); an array of them are alternatives.
                `payload` is a pattern of at most 16 KiB, as the parameter `match` of the reads has it.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                      properties:
                        topic: { $ref: "#/components/schemas/Names" }
                        event: { $ref: "#/components/schemas/Names" }
                        payload: { description: "A pattern: see the parameter `match`." }
                        kind:
                          description: "`message` when absent."
                          oneOf:
                            - { $ref: "#/components/schemas/Kind" }
                            - { type: array, minItems: 1, items: { $ref: "#/components/schemas/Kind" } }
                        after: { $ref: "#/components/schemas/After" }
                        count: { type: integer, minimum: 1, maximum: 1000 }
                    example: { topic: "rooms:lobby", event: foo, payload: { bar: baz, count: { $gte: 2 } } }
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

          /call:
            post:
              tags: [calls]
              operationId: call
              summary: Connect, join, push and await, in one request.
              description: |
                Over a client that is kept connected and joined for 30 seconds after a call, for the next one with the same `uri`,
                `params`, `headers`, `auth_token`, `topic` and `join`. One call at a time has a client; where an upstream's host
                has as many as it may, calls wait their turn.

                Without `event`, `await` must be a pattern. It matches what comes on the topic, from before this call's join.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
                - name: reply_errors
                  in: query
                  description: With 200, a reply of status `error` is answered like any other.
                  schema: { enum: ["200", "422"], default: "422" }
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [uri, topic]
                      additionalProperties: false
                      properties:
                        uri: { type: string, description: The websocket's address. }
                        params: { type: object }
                        headers: { type: object, additionalProperties: { type: string } }
                        auth_token: { type: string }
                        topic: { type: string }
                        join: { type: object, description: "What the server's `join/3` gets.", default: {} }
                        event: { type: string }
                        payload: { description: "Any JSON value, or bytes as {\"$binary\": base64}.", default: {} }
                        await:
                          description: "The push's reply, or the first entry that matches."
                          default: reply
                          oneOf:
                            - { const: reply }
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
                    example:
                      uri: ws://127.0.0.1:4000/socket/websocket
                      topic: rooms:lobby
                      event: ping
              responses:
                "200":
                  description: The reply, or with a pattern the match.
                  headers:
                    Server-Timing:
                      description: "Milliseconds: `connect` and `join` unless the client was there already, and `reply`."
                      schema: { type: string }
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          reply: { $ref: "#/components/schemas/PushReply" }
                          message: { $ref: "#/components/schemas/Entry" }
                          next: { $ref: "#/components/schemas/Cursor" }
                      example: { reply: { status: ok, response: {}, ref: k3Jd82Lx-2, cursor: k3Jd82Lx-2 } }
                "400": { $ref: "#/components/responses/Invalid" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422":
                  description: "`push-rejected`: the reply's status is `error`; `reply` has it."
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502":
                  description: "`upstream-refused`."
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
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
            lastEventID:
              name: Last-Event-ID
              in: header
              description: |
                With `text/event-stream`, beats `after`. One that is not this log's gets a `gap` with the reason `epoch`, and then
                the log from its start.
              schema: { type: string }
              example: k3Jd82Lx-4
            heartbeat:
              name: heartbeat
              in: query
              description: |
                With `application/json`, a newline ahead of the answer so often while it is waited for, 1s to 60s, for proxies with
                a short idle limit. The status is then 200 from the beginning, and a later failure stands in the answer.
              schema: { type: string }
              example: 10s
            limit:
              name: limit
              in: query
              description: Entries at most. A stream has no such end when this is absent.
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
              description: |
                A pattern for the payload, as JSON of at most 4 KiB and 32 levels.

                An object matches one that has at least these members, recursively (`{}` matches any object); an array one of
                the same length, element by element; numbers by value, as exact decimals; strings after unescaping; `null` only
                a `null` that is there. Of duplicate names the first counts. An object whose names all begin with `$` holds
                operators, and matches what all of them do:

                | operator | matches |
                |---|---|
                | `{"$any": true}` | whatever is there |
                | `{"$in": ["a", {"b": 1}]}` | what one of these patterns matches |
                | `{"$not": "a"}` | what this pattern doesn't match |
                | `{"$gt": 5}`, `$gte`, `$lt`, `$lte` | a number in this order to it |
                | `{"$prefix": "rooms:"}` | a string that begins with it |
                | `{"$type": "string"}` | `string`, `number`, `boolean`, `null`, `array`, `object`, or `binary` (a binary payload) |
                | `{"$exists": false}` | a member that is not there; with `true`, one that is |
                | `{"$literal": {"$a": 1}}` | what the pattern inside matches, its `$` names being plain |

                All but `$exists: false` need the member to be there, `$not` and `$in` too. What is no pattern is
                `invalid-pattern`, with a pointer into it.
              schema: { type: string, maxLength: 4096 }
              example: '{"bar":{"$in":["baz",{"$gt":5}]}}'
          headers:
            Location:
              description: The session's path.
              schema: { type: string }
            AccelBuffering:
              description: "`no`, where the body is written over time, so that a proxy passes it on as it comes."
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
              headers:
                X-Accel-Buffering: { $ref: "#/components/headers/AccelBuffering" }
              content:
                text/event-stream: *eventStream
                application/x-ndjson: *lines
                application/json:
                  schema:
                    oneOf:
                      - type: object
                        required: [messages, next, more]
        """#
}

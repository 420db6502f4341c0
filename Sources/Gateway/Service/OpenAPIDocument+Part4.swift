/// Part 4 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part4 = #"""

                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                      properties:
                        topic: { $ref: "#/components/schemas/Names" }
                        event: { $ref: "#/components/schemas/Names" }
                        payload:
                          description: |
                            A pattern: see the parameter `match`. Of the other members null counts as absent; here it is the
                            pattern that matches a null.
                        kind:
                          description: "`message` when absent."
                          oneOf:
                            - { $ref: "#/components/schemas/Kind" }
                            - { type: array, minItems: 1, items: { $ref: "#/components/schemas/Kind" } }
                            - { type: "null" }
                        after: { oneOf: [{ $ref: "#/components/schemas/After" }, { type: "null" }] }
                        count: { type: [integer, "null"], minimum: 1, maximum: 1000 }
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
                          gap: &gap
                            $ref: "#/components/schemas/Entry"
                            description: The gap for what was awaited and is no longer kept; unless gaps are what is awaited.
                          next: { $ref: "#/components/schemas/Cursor" }
                          more:
                            type: boolean
                            description: |
                              With `count`: whether entries follow `next`, or fewer than `count` are here as they have 4 MiB. Then
                              the rest is awaited with `next` as `after`.
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
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
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
                Over a client that is kept connected and joined for 30 seconds after a call, for the next one with the same `uri` or
                `endpoint`, `params`, `headers`, `auth_token`, `heartbeat_interval`, `topic` and `join`. One call at a time has a client;
                where an upstream's host has as many as it may, 64, calls wait their turn. These are no sessions, of which the gateway
                takes so many; but with those they count against their principal's quota, and past it a call is 429. Their logs count
                with the sessions', and near the bound of all logs no further client is made.

                Without `event`, `await` must be a pattern. It matches what comes on the topic, from before this call's join. A
                client that is there already has joined before: what the server sends upon a join, only the first call sees. The
                call fails as soon as nothing can match any more: with `push-rejected` when the reply to its push is an error,
                with `disconnected` when the connection ends, with `not-joined` when the channel is closed, or as a join does when
                the channel crashed and is not let in again.

                There is no session whose log could be read: no answer has a `ref` or a place to go on from. What is to be awaited
                after a 504 is sent with an `Idempotency-Key`, under which the same request waits on, and finds what came
                meanwhile: for that the client is kept as long as the key, 10 minutes, unless its connection ends or a call of
                another kind needs its place. Then the repeat of a push is `reply-lost` with the `reason` `expired`.

                A problem's `stage` says where the call stopped: `connect` until the websocket is open, `join` until the topic is
                joined, `push` where nothing was sent of the push, then `reply` or `await`. It has `Server-Timing` as an answer has.
              parameters:
                - $ref: "#/components/parameters/callWait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/idempotencyKey"
                - name: reply_errors
                  in: query
                  description: With 200, a reply of status `error` is answered like any other.
                  schema: { enum: ["200", "422"], default: "422" }
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/Call" }
                    examples:
                      uri: { value: { uri: "ws://127.0.0.1:4000/socket/websocket", topic: "rooms:lobby", event: ping } }
                      endpoint: { value: { endpoint: chat, topic: "rooms:lobby", event: ping } }
              responses:
                "200":
                  description: |
                    The reply, or with a pattern the match; a binary reply as its bytes with `Accept: application/octet-stream`.
                  headers:
                    Server-Timing:
                      description: |
                        Milliseconds: `connect` and `join` unless the client was there already, and `reply`, or `await` for a
                        pattern's; with a problem those of the stages that it came to.
                      schema: { type: string }
                    Slipgate-Status: { description: "With bytes, the reply's status.", schema: { type: string } }
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          reply:
                            type: object
                            required: [status, response]
                            properties:
                              status: { type: string, description: "`ok`, or any other that the channel gave." }
                              response: {}
                          message: { $ref: "#/components/schemas/Entry" }
                          gap: *gap
                      example: { reply: { status: ok, response: { pong: pong } } }
                    application/octet-stream:
                      schema: { type: string, format: binary }
                      example: "\x01\x02"
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/CallLost" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422":
                  description: "`push-rejected`: the reply's status is `error`; `reply` has it. Or `idempotency-mismatch`."
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                      example:
                        type: urn:slipgate:problem:push-rejected
                        code: push-rejected
                        title: The channel answered with an error
                        status: 422
                        detail: "The channel replied with status 'error'; its words are in 'reply'. With ?reply_errors=200 that is answered like any other reply."
                        instance: 1f2e3d4c5b6a7988
                        retryable: false
                        sent: true
                        reply: { status: error, response: { reason: too_long } }
                        stage: reply
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/CallUnavailable" }
                "504": { $ref: "#/components/responses/CallTimeout" }

          /listen:
            parameters:
              - $ref: "#/components/parameters/callWait"
              - $ref: "#/components/parameters/prefer"
              - $ref: "#/components/parameters/streamLimit"
              - $ref: "#/components/parameters/lastEventID"
            get:
              tags: [calls]
              operationId: listen
              summary: Connect, join and stream what comes, in one request.
              description: |
                For as long as the client reads: with `Accept: text/event-stream` or `application/x-ndjson` messages and gaps as a
                session's reads stream them, over reconnects; else the first message, whatever `limit` is. It takes its client
                from the same pool as `/call`, and gives it back, so whoever comes back within 30 s with `Last-Event-ID` misses
                nothing, unless another call or listener has taken its client meanwhile: then a `gap` with `reason` `epoch` says so.
                An `Idempotency-Key` is refused with 400, as its answer goes on and on.

                A stream's `end` has the `reason` `rotated`, `limit` or `draining`, or `disconnected` when the upstream can't be
                connected to any more, `not-joined` when the channel is closed or not let in again, or `push-rejected`.
              parameters:
                - name: uri
                  in: query
                  description: The websocket's address; this or `endpoint`.
                  schema: { type: string }
                  example: ws://127.0.0.1:4000/socket/websocket
                - name: endpoint
                  in: query
                  description: In place of `uri`, the name that the gateway's operator has given to an upstream.
                  schema: { type: string }
                - name: topic
                  in: query
                  required: true
                  schema: { type: string }
                  example: rooms:lobby
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
              responses:
                "200": { $ref: "#/components/responses/Listening" }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/CallLost" }
                "414": { $ref: "#/components/responses/TargetTooLong" }
                "429": { $ref: "#/components/responses/TooMany" }
                "431": { $ref: "#/components/responses/HeadTooLarge" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/CallUnavailable" }
                "504": { $ref: "#/components/responses/CallTimeout" }
            post:
              tags: [calls]
              operationId: listenWithBody
              summary: The same with params, headers, a push ahead, or a pattern of more than 4 KiB.
              description: |
                The body is `/call`'s: `event` and `payload` are pushed once before, and `await` must be a pattern. An error in
                reply to the push is the answer in JSON; a stream tells it as an entry of the kind `reply`, whatever is listened
                for, and ends with the reason `push-rejected`. An `Idempotency-Key` is refused with 400, too: push by another
                request where a repeat must not push again.
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/Call" }
                    example: { uri: ws://127.0.0.1:4000/socket/websocket, topic: rooms:lobby, await: { event: "new_*" } }
              responses:
                "200": { $ref: "#/components/responses/Listening" }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/CallLost" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422":
                  description: |
                    `push-rejected`: the reply to the push is of status `error`; `reply` has it. Of a stream only where that came
                    before its beginning.
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                      example:
                        type: urn:slipgate:problem:push-rejected
                        code: push-rejected
                        title: The channel answered with an error
                        status: 422
                        detail: "The channel replied with status 'error'; its words are in 'reply'."
                        instance: 1f2e3d4c5b6a7988
                        retryable: false
                        sent: true
                        reply: { status: error, response: { reason: too_long } }
                        stage: reply
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/CallUnavailable" }
                "504": { $ref: "#/components/responses/CallTimeout" }

          /livez:
            get:
              tags: [service]
              operationId: livez
              security: []
              summary: Whether the gateway runs, with its event loops and the thread that ends waits.
              description: Each probe has them turn once; one that comes when that has taken more than 5 s is 500.
              responses:
                "200": { $ref: "#/components/responses/OK" }
                "400": { $ref: "#/components/responses/Invalid" }
                "500":
                  description: "`internal`: an event loop or the waiting thread stands still."
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                      example:
                        type: urn:slipgate:problem:internal
                        code: internal
                        title: A thread stands still
                        status: 500
                        detail: "An event loop or the waiting thread has not turned for 5 s: restart the gateway."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
          /readyz:
            get:
              tags: [service]
              operationId: readyz
              security: []
              summary: Whether the gateway takes new sessions.
              responses:
                "200": { $ref: "#/components/responses/OK" }
                "400": { $ref: "#/components/responses/Invalid" }
                "503": { $ref: "#/components/responses/Unavailable" }
          /metrics:
            get:
              tags: [service]
              operationId: metrics
              summary: What is counted, in Prometheus's text format, version 0.0.4.
              description: >-
                Names begin with `slipgate_`, those of the process with `process_`; no label names a session, a topic or a host. With
                `admin_port` set it is at that listener only, and 404 at this one.
              responses:
                "200":
                  description: The figures of this moment.
                  content:
                    text/plain; version=0.0.4; charset=utf-8:
                      schema: { type: string }
                      example: |
                        # HELP slipgate_sessions Sessions, by their state.
                        # TYPE slipgate_sessions gauge
                        slipgate_sessions{state="connecting"} 0
                        slipgate_sessions{state="connected"} 12
                        slipgate_sessions{state="disconnected"} 1
                        # HELP slipgate_pushes_total Pushes that were written to a Phoenix server.
                        # TYPE slipgate_pushes_total counter
                        slipgate_pushes_total 4711
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "429": { $ref: "#/components/responses/TooMany" }
          /openapi.yaml:
            get:
              tags: [service]
              operationId: contract
              security: []
              summary: This document.
              responses:
                "200":
                  description: The document.
                  content:
                    application/yaml: { schema: { type: [string, object] }, example: { openapi: 3.1.0 } }
                "400": { $ref: "#/components/responses/Invalid" }
          /:
            get:
              tags: [service]
              operationId: root
              security: []
              summary: What this is.
              responses:
                "200":
                  description: A few lines of text, or a page for who accepts HTML more than text.
                  content:
                    text/plain: { schema: { type: string }, example: "Slipgate: an HTTP gateway to Phoenix Channels.\n" }
                    text/html: { schema: { type: string }, example: "<!doctype html>\n<title>Slipgate</title>\n" }
                "400": { $ref: "#/components/responses/Invalid" }

        components:
          securitySchemes:
            bearer:
              type: http
              scheme: bearer
        """#
}

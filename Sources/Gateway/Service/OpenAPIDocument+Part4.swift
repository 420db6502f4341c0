/// Part 4 of 6. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part4 = #"""

                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/Call" }
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
                          gap: *gap
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
                        ref: k3Jd82Lx-3
                        cursor: k3Jd82Lx-2
                        reply: { status: error, response: { reason: too_long } }
                        stage: reply
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /listen:
            parameters:
              - $ref: "#/components/parameters/wait"
              - $ref: "#/components/parameters/prefer"
              - $ref: "#/components/parameters/limit"
              - $ref: "#/components/parameters/lastEventID"
            get:
              tags: [calls]
              operationId: listen
              summary: Connect, join and stream what comes, in one request.
              description: |
                For as long as the client reads: with `Accept: text/event-stream` or `application/x-ndjson` messages and gaps as a
                session's reads stream them, over reconnects; else the first message, whatever `limit` is. It takes its client
                from the same pool as `/call`, and gives it back, so whoever comes back within 30 s with `Last-Event-ID` misses nothing.
              parameters:
                - name: uri
                  in: query
                  required: true
                  description: The websocket's address.
                  schema: { type: string }
                  example: ws://127.0.0.1:4000/socket/websocket
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
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "414": { $ref: "#/components/responses/TargetTooLong" }
                "429": { $ref: "#/components/responses/TooMany" }
                "431": { $ref: "#/components/responses/HeadTooLarge" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            post:
              tags: [calls]
              operationId: listenWithBody
              summary: The same with params, headers, a push ahead, or a pattern of more than 4 KiB.
              description: |
                The body is `/call`'s: `event` and `payload` are pushed once before, and `await` must be a pattern.
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/Call" }
                    example: { uri: ws://127.0.0.1:4000/socket/websocket, topic: rooms:lobby, await: { event: "new_*" } }
              responses:
                "200": { $ref: "#/components/responses/Listening" }
                "400": { $ref: "#/components/responses/Invalid" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /livez:
            get:
              tags: [service]
              operationId: livez
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
              summary: Whether the gateway takes new sessions.
              responses:
                "200": { $ref: "#/components/responses/OK" }
                "400": { $ref: "#/components/responses/Invalid" }
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
                    application/yaml: { schema: { type: [string, object] }, example: { openapi: 3.1.0 } }
                "400": { $ref: "#/components/responses/Invalid" }
          /:
            get:
              tags: [service]
              operationId: root
              summary: What this is.
              responses:
                "200":
                  description: A few lines of text.
                  content:
                    text/plain: { schema: { type: string }, example: "Slipgate: an HTTP gateway to Phoenix Channels.\n" }
                "400": { $ref: "#/components/responses/Invalid" }

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
            topicInQuery:
              name: topic
              in: query
              required: true
              description: The topic.
              schema: { type: string, minLength: 1 }
              example: "rooms:lobby"
            topicInQueryOrBody:
              name: topic
              in: query
              description: The topic, unless the body names it.
              schema: { type: string, minLength: 1 }
            rejoin:
              name: rejoin
              in: query
              description: Leave a joined topic, and join it anew with these params.
              schema: { type: boolean, default: false }
            pushEvent:
              name: event
              in: query
              description: The event; the body is then the payload itself.
              schema: { type: string, minLength: 1 }
            joinFirst:
              name: join
              in: query
              description: |
                Join the topic first if it isn't joined: with the params it was last joined with, else `{}`. The wait covers both;
                without one the push is answered with 202 once it is sent, for which the join has 5 s.
              schema: { type: boolean, default: false }
            replyErrors:
              name: reply_errors
              in: query
              description: The status that answers a reply whose own status is `error`.
              schema: { type: string, enum: ["200", "422"], default: "422" }
            idempotencyKey:
              name: Idempotency-Key
              in: header
              description: |
                Has the request done once, however often it is sent in 10 minutes: a repeat attaches to the first, waits as long as
                its own `wait` says, and gets its outcome. One with another body, type or query is 422. What failed before anything
                was done (`sent: false`, or retryable) is not kept, and the request can be repeated.
              schema: { type: string, minLength: 1, maxLength: 255, pattern: "^[!-~]+$" }
              example: 5f0c6b7e
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
                application/json:
                  schema:
                    oneOf:
                      - type: object
                        required: [messages, next, more]
                        properties:
                          messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                          next: { $ref: "#/components/schemas/Cursor" }
                          more: { type: boolean, description: Whether entries follow `next`. }
        """#
}

/// Part 2 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part2 = #"""

                The session, its log and its topics' params stay. Nothing connects until `/connect`. Pushes without a reply are
                lost, with reason `disconnected`. Where it is disconnected already it is answered at once.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "200":
                  description: Disconnected.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: &disconnected
                        id: local.4fKq0Zb1sYw8RtXv2LmNp3
                        url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3
                        name: null
                        state: disconnected
                        uri: ws://127.0.0.1:4000/socket/websocket
                        endpoint: null
                        topics: [{ topic: "rooms:lobby", state: errored, response: null }]
                        cursor: k3Jd82Lx-3
                        oldest: k3Jd82Lx-0
                        log:
                          { entries: 3, bytes: 421, max_entries: 10000, max_bytes: 8388608, max_age: 3600, overflow: drop_oldest }
                        expires_in: 300
                        upstream: { cause: requested, code: 1000, reason: "", retry_in: null }
                "202":
                  description: With `wait=0`, the session, whose websocket is being closed.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *disconnected
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/connect:
            parameters:
              - $ref: "#/components/parameters/id"
            post:
              tags: [sessions]
              operationId: connect
              summary: Connect again, now.
              description: |
                Answered once the websocket is open and what was joined is joined anew; the log tells that with a `gap` for each
                topic. A join anew that is refused is shown among the session's `topics`, and keeps nobody waiting. Where it is
                connected already it is answered at once; where it waits for its next attempt, that is made now. When the attempt
                fails the session stays, and connects again as its `reconnect` says.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "200":
                  description: Connected.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *session
                "202":
                  description: With `wait=0`, the session, still connecting.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *connecting
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/topics:
            parameters:
              - $ref: "#/components/parameters/id"
            get:
              tags: [topics]
              operationId: listTopics
              summary: The topics that the session has named, in that order.
              responses:
                "200":
                  description: The topics.
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [topics]
                        properties:
                          topics:
                            type: array
                            items: { $ref: "#/components/schemas/Topic" }
                      example: { topics: [{ topic: "rooms:lobby", state: joined, response: {} }] }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }

          /sessions/{id}/topics/{topic}:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topic"
            put:
              tags: [topics]
              operationId: joinTopic
              summary: Join a topic.
              description: |
                A join that is on its way or stands is attached to when the params are equal as JSON. While the topic is being
                left, the join waits for that.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/idempotencyKey"
                - $ref: "#/components/parameters/rejoin"
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                      properties:
                        params: { type: [object, "null"], description: "What the server's `join/3` gets; {} when absent." }
                    example: { params: { fizz: buzz } }
              responses: &joinResponses
                "200":
                  description: It was joined already, with equal params.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: joined, response: {}, cursor: k3Jd82Lx-1 }
                "201":
                  description: Joined; `response` is the server's.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: joined, response: {}, cursor: k3Jd82Lx-1 }
                "202":
                  description: With `wait=0`, the topic, still joining.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: joining, response: null, cursor: k3Jd82Lx-1 }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422": { $ref: "#/components/responses/Mismatch" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            get:
              tags: [topics]
              operationId: getTopic
              summary: One topic as it is, or once it is as wanted.
              description: |
                With `until=joined` it is answered once the topic is joined, with `until=left` once it is not joined any more, nor
                about to be: `left`, `closed`, `rejected`, or `errored` where it isn't joined anew. Even if that lasted for a
                moment only; at once where it is so already, and with the cause as soon as it can't come true.
              parameters:
                - name: until
                  in: query
                  description: The state to wait for.
                  schema: { enum: [joined, left] }
                - $ref: "#/components/parameters/untilWait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "200":
                  description: The topic.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: joined, response: {} }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            delete:
              tags: [topics]
              operationId: leaveTopic
              summary: Leave a topic.
              description: Done when the server has answered; at once when the topic is no longer joined.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "202":
                  description: With `wait=0`, the topic, still leaving.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: leaving, response: {}, cursor: k3Jd82Lx-5 }
                "204": &left
                  description: The topic is left; also where it was left, closed or refused before.
                  headers:
                    Slipgate-Cursor: { description: "The log's position when the request came.", schema: { type: string } }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/topics/{topic}/push:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topic"
            post:
              tags: [pushes]
              operationId: push
              summary: Send a message to a channel, once.
              description: |
                The body is `{event, payload}`; or, with `?event=`, the payload itself: JSON, or with the type
                `application/octet-stream` the bytes of a binary push. Payloads pass byte for byte. Without `wait` it is answered
                at once; with it, by the reply.

                A push is written to the socket at most once. After a 504 with `sent: true` the reply can be awaited at
                `replies/{ref}`; under an `Idempotency-Key` the same request does that, too.
              parameters:
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/idempotencyKey"
                - $ref: "#/components/parameters/pushEvent"
                - $ref: "#/components/parameters/joinFirst"
                - $ref: "#/components/parameters/replyErrors"
              requestBody:
                description: With `?event=`, any JSON, or none for `{}`, or bytes; else the object with `event`.
                content:
                  application/json:
                    schema:
                      anyOf:
                        - { $ref: "#/components/schemas/Push" }
                        - { description: "With `?event=`, the payload." }
                    example: { event: ping, payload: {} }
                  application/octet-stream: {}
              responses: &pushResponses
                "200":
                  description: "The reply, its status any but `error`; a binary one as its bytes with `Accept: application/octet-stream`."
                  headers: &replyHeaders
                    Slipgate-Ref: { description: "With bytes, the push's ref.", schema: { type: string } }
                    Slipgate-Cursor: { description: "With bytes, the log's position before the push.", schema: { type: string } }
                    Slipgate-Status: { description: "With bytes, the reply's status.", schema: { type: string } }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/PushReply" }
                      example: { status: ok, response: { pong: pong }, ref: k3Jd82Lx-r3, cursor: k3Jd82Lx-2 }
                    application/octet-stream:
                      schema: { type: string, format: binary }
                      example: "\x01\x02"
                "202":
                  description: Without `wait`, sent.
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [ref, cursor, reply_url]
                        properties:
                          ref: { $ref: "#/components/schemas/Ref" }
                          cursor: { $ref: "#/components/schemas/Cursor" }
                          reply_url: { type: string, description: Where the reply can be read or awaited. }
                      example:
                        ref: k3Jd82Lx-r2
                        cursor: k3Jd82Lx-2
                        reply_url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3/replies/k3Jd82Lx-r2
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409": { $ref: "#/components/responses/Conflict" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422":
                  description: |
                    `push-rejected`: the channel replied with status `error`, its words in `reply`. Or `idempotency-mismatch`: the
                    key stands for another request, and nothing was done.
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                      example:
                        type: urn:slipgate:problem:push-rejected
                        code: push-rejected
                        title: The channel answered with an error
                        status: 422
                        detail: The channel replied with status 'error'; its words are in 'reply'.
                        instance: 1f2e3d4c5b6a7988
                        retryable: false
                        sent: true
                        ref: k3Jd82Lx-r4
                        cursor: k3Jd82Lx-3
                        reply: { status: error, response: { failed: true } }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/replies/{ref}:
            parameters:
              - $ref: "#/components/parameters/id"
              - name: ref
                in: path
                required: true
                description: The `ref` of a push's answer; a cursor is refused with 400.
                schema: { type: string }
                example: k3Jd82Lx-r3
            get:
              tags: [pushes]
              operationId: getReply
              summary: A push's reply, as often as asked while the log keeps it.
              description: |
                A session knows 16,384 pushes whose replies have not come and nobody waits for. The reply to an older one is 404
                until it comes; then it is in the log as any other, and here.
              parameters:
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "200":
                  description: "The reply, whatever its status; a binary one as its bytes with `Accept: application/octet-stream`."
                  headers: *replyHeaders
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [ref, topic, status, response, at]
                        properties:
                          ref: { $ref: "#/components/schemas/Ref" }
                          topic: { type: string }
                          status: { type: string }
                          response: {}
                          at: { $ref: "#/components/schemas/Time" }
        """#
}

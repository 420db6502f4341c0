/// Part 1 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part1 = #"""
        openapi: 3.1.0
        info:
          title: Slipgate
          version: 0.1.0
          summary: An HTTP gateway to Phoenix Channels.
          description: |
            A session is one Phoenix client: a websocket, the topics joined on it, and a log of all that happened. Requests
            connect, join, push and leave; reads follow the log with a cursor, and can wait for what has not come yet.

            Durations in requests are `500ms`, `5s`, `2m`, `1h`, or a number of seconds; in answers they are numbers of seconds.
            Times are RFC 3339 in UTC with milliseconds. An unknown query name or body member is refused with 400. Answers may
            gain members. A `wait` longer than 55 s is shortened to that. Every error is a problem document (RFC 9457).

            Every path answers HEAD where it answers GET, OPTIONS with `Allow`, and another method with 405. A request's head may
            have 8 KiB (431 `headers-too-large`) and must be there within 10 s, its body 1 MiB (413) and within 60 s more (408
            `request-timeout`). A head that HTTP doesn't allow, or after which the next request's place can't be trusted, is
            refused with 400, and an `Expect` other than `100-continue` with 417. Only what can't be read as a request at all has an
            HTML body in its place.
          license:
            name: MIT
            identifier: MIT
        servers:
          - url: http://127.0.0.1:8080
        tags:
          - name: sessions
          - name: topics
          - name: pushes
          - name: reads
          - name: service
        security: []

        paths:
          /sessions:
            post:
              tags: [sessions]
              operationId: createSession
              summary: Connect to a Phoenix server.
              description: |
                Answered once the websocket is open and every listed topic is joined. It is tried once; when it fails, nothing is
                left behind. With `wait=0` it is answered at once, the state being `connecting`, and tried again as `reconnect` says.

                A connection that is lost later is made again by itself, and its topics are joined anew; the log tells, with a
                `gap` for each topic. A server that answers the upgrade with 401 or 403 is asked no more.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/idempotencyKey"
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/SessionSpec" }
                    example:
                      uri: ws://127.0.0.1:4000/socket/websocket
                      params: { token: abc }
                      topics: [{ topic: "rooms:lobby", params: { fizz: buzz } }]
              responses:
                "201":
                  description: Connected, and every listed topic is joined.
                  headers:
                    Location: { $ref: "#/components/headers/Location" }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: &session
                        id: local.4fKq0Zb1sYw8RtXv2LmNp3
                        url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3
                        name: null
                        state: connected
                        uri: ws://127.0.0.1:4000/socket/websocket
                        topics: [{ topic: "rooms:lobby", state: joined, response: {} }]
                        cursor: k3Jd82Lx-2
                        oldest: k3Jd82Lx-0
                        log:
                          { entries: 2, bytes: 301, max_entries: 10000, max_bytes: 8388608, max_age: 3600, overflow: drop_oldest }
                        expires_in: 300
                        upstream: null
                "202":
                  description: With `wait=0`, the session, still connecting.
                  headers:
                    Location: { $ref: "#/components/headers/Location" }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                "400": { $ref: "#/components/responses/Invalid" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422": { $ref: "#/components/responses/Mismatch" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502":
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
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}:
            parameters:
              - $ref: "#/components/parameters/id"
            get:
              tags: [sessions]
              operationId: getSession
              summary: The session as it is.
              description: Secrets are never shown, nor is the uri's query.
              responses:
                "200":
                  description: The session.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *session
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
            delete:
              tags: [sessions]
              operationId: deleteSession
              summary: Leave all topics and close the websocket.
              description: Whoever waits on the session is answered 410 at once. Repeating it is harmless for 10 minutes.
              responses:
                "204": { description: The session has ended. }
                "404": { $ref: "#/components/responses/NotFound" }

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
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }

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
                        params: { type: object, description: "What the server's `join/3` gets.", default: {} }
                    example: { params: { fizz: buzz } }
              responses: &joinResponses
                "200":
                  description: It was joined already, with equal params.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
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
                "400": { $ref: "#/components/responses/Invalid" }
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
              summary: One topic as it is.
              responses:
                "200":
                  description: The topic.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: joined, response: {} }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
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
                "204": { description: The topic is left. }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
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
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [event]
                      properties:
                        event: { type: string, minLength: 1 }
                        payload: { description: "Any JSON; `{\"$binary\": \"<base64>\"}` for a binary push.", default: {} }
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
                      example: { status: ok, response: { pong: pong }, ref: k3Jd82Lx-3, cursor: k3Jd82Lx-2 }
                    application/octet-stream: {}
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
                        ref: k3Jd82Lx-2
                        cursor: k3Jd82Lx-2
                        reply_url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3/replies/k3Jd82Lx-2
                "400": { $ref: "#/components/responses/Invalid" }
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
                        ref: k3Jd82Lx-4
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
                description: The `ref` of a push's answer.
                schema: { $ref: "#/components/schemas/Ref" }
                example: k3Jd82Lx-3
            get:
              tags: [pushes]
              operationId: getReply
              summary: A push's reply, as often as asked while the log keeps it.
              parameters:
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
        """#
}

/// Part 2 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part2 = #"""

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
                - name: rejoin
                  in: query
                  description: Leave a joined topic, and join it anew with these params.
                  schema: { type: boolean, default: false }
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                      properties:
                        params: { type: object, description: "What the server's `join/3` gets.", default: {} }
                    example: { params: { fizz: buzz } }
              responses:
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
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            get:
              tags: [topics]
              operationId: getTopic
              summary: One topic as it is, or once it is as wanted.
              description: |
                `until=left` holds for a topic that is `left` or `closed`. It holds if it is true now or at any moment since the
                request came; it fails with the cause as soon as it can't come true.
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
              parameters:
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
                - name: event
                  in: query
                  description: The event; the body is then the payload itself.
                  schema: { type: string, minLength: 1 }
                  example: ping
                - name: reply_errors
                  in: query
                  description: The status that answers a reply whose own status is `error`.
                  schema: { type: string, enum: ["200", "422"], default: "422" }
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
              responses:
                "200":
                  description: The reply, its status any but `error`.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/PushReply" }
                      example: { status: ok, response: { pong: pong }, ref: k3Jd82Lx-3, cursor: k3Jd82Lx-2 }
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
                  description: The channel replied with status `error`; its words are in `reply`.
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
              responses:
                "200":
                  description: The reply, whatever its status.
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
                      example:
                        ref: k3Jd82Lx-3
                        topic: rooms:lobby
                        status: ok
                        response: { pong: pong }
                        at: "2026-11-24T12:21:30.986Z"
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/messages:
            parameters:
              - $ref: "#/components/parameters/id"
            get:
              tags: [reads]
              operationId: readMessages
              summary: Messages, and the gaps in the log, of all topics.
              description: |
                Answered at once when there is one behind `after`, else when the first comes, else empty when `wait` is over.
                Reads never delete: the same request gets the same answer while the log keeps the entries.

                With `Accept: text/event-stream` or `application/x-ndjson` the answer goes on instead, whatever `wait` is: entry
                after entry, a sign of life each 15 s, and after 10 minutes, when the session ends or the gateway stops, or after
                `limit` entries if that is given, a record `{"kind": "end", "reason", "next"}`.
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/lastEventID"
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/heartbeat"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/limit"
                - $ref: "#/components/parameters/topicFilter"
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
              responses:
                "200": { $ref: "#/components/responses/Messages" }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
            delete:
              tags: [reads]
              operationId: releaseMessages
              summary: Give up the log's entries up to a cursor.
              description: |
                Of every kind, and for every reader: one that comes with an older cursor gets a `gap` with the reason `released`.
                What is gone already stays so, so repeating it is harmless.
              parameters:
                - name: through
                  in: query
                  required: true
                  description: The cursor of the last entry that is no longer needed.
                  schema: { $ref: "#/components/schemas/Cursor" }
                  example: k3Jd82Lx-5
              responses:
                "204": { description: The entries are gone. }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }

          /sessions/{id}/topics/{topic}/messages:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topic"
            get:
              tags: [reads]
              operationId: readTopicMessages
              summary: Messages, and the gaps in the log, of one topic.
              description: As those of all topics, in the same framings.
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/lastEventID"
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/heartbeat"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/limit"
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
              responses:
                "200": { $ref: "#/components/responses/Messages" }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }

          /sessions/{id}/events:
            parameters:
              - $ref: "#/components/parameters/id"
            get:
              tags: [reads]
              operationId: readEvents
              summary: All that happened, every kind of entry.
              description: |
                Entries without a topic pass the `topic`, `event` and `match` filters. In the same framings as messages.
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/lastEventID"
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/heartbeat"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/limit"
                - $ref: "#/components/parameters/topicFilter"
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
                - name: kind
                  in: query
                  description: Kinds wanted; repeated ones are alternatives.
                  schema: { type: array, items: { $ref: "#/components/schemas/Kind" } }
              responses:
                "200":
                  description: The entries behind `after`.
                  headers:
                    X-Accel-Buffering: { $ref: "#/components/headers/AccelBuffering" }
                  content:
                    text/event-stream: &eventStream
                      schema:
                        type: string
                        description: "`id` is the cursor, `event` the kind or `end`, `data` the entry; comments between them."
                      example: |
                        retry: 2000

                        id: k3Jd82Lx-1
                        event: connected
                        data: {"cursor":"k3Jd82Lx-1","kind":"connected","at":"2026-11-24T12:21:30.929Z","attempt":1}

                    application/x-ndjson: &lines
                      schema:
        """#
}

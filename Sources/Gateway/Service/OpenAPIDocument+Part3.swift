/// Part 3 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part3 = #"""

                      example:
                        ref: k3Jd82Lx-r3
                        topic: rooms:lobby
                        status: ok
                        response: { pong: pong }
                        at: "2026-11-24T12:21:30.986Z"
                    application/octet-stream:
                      schema: { type: string, format: binary }
                      example: "\x01\x02"
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }

          /sessions/{id}/topics/{topic}/presence:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topic"
            get:
              tags: [topics]
              operationId: getPresence
              summary: Who is in a topic.
              description: |
                The channel's `presence_state` and `presence_diff` messages, merged; they stay in the log as messages, too. With a
                `wait` and `If-None-Match` it is answered when the state changes; with a `wait` alone, as soon as there is one. Over
                a lost connection the last known state stays until the next join's has come.
              parameters: &presenceParameters
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
                - name: If-None-Match
                  in: header
                  description: The `ETag` of the state that is known.
                  schema: { type: string }
                  example: '"k3Jd82Lx-1"'
              responses: &presenceResponses
                "200":
                  description: The state.
                  headers:
                    ETag: { description: "Another one when the state has changed.", schema: { type: string } }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Presence" }
                      example:
                        topic: rooms:lobby
                        presence: { u1: { metas: [{ phx_ref: F-1a, online_at: 1795478400 }] } }
                        cursor: k3Jd82Lx-4
                "304":
                  description: The state is still the one that is known, at the end of the wait if there was one.
                  headers:
                    ETag: { description: The known one., schema: { type: string } }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }

          /sessions/{id}/presence:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topicInQuery"
            get:
              tags: [topics]
              operationId: getPresenceOfNamed
              summary: The same, for proxies that decode paths.
              parameters: *presenceParameters
              responses: *presenceResponses

          /sessions/{id}/join:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topicInQueryOrBody"
            post:
              tags: [topics]
              operationId: joinNamedTopic
              summary: Join a topic that the body or the query names, for proxies that decode paths.
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
                        topic: { type: [string, "null"], minLength: 1 }
                        params: { type: [object, "null"], description: "What the server's `join/3` gets; {} when absent." }
                    example: { topic: "rooms:lobby", params: { fizz: buzz } }
              responses: *joinResponses

          /sessions/{id}/leave:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topicInQueryOrBody"
            post:
              tags: [topics]
              operationId: leaveNamedTopic
              summary: Leave a topic that the body or the query names, for proxies that decode paths.
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
                        topic: { type: [string, "null"], minLength: 1 }
                    example: { topic: "rooms:lobby" }
              responses:
                "202":
                  description: With `wait=0`, the topic, still leaving.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Topic" }
                      example: { topic: "rooms:lobby", state: leaving, response: {}, cursor: k3Jd82Lx-5 }
                "204": *left
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

          /sessions/{id}/push:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topicInQueryOrBody"
            post:
              tags: [pushes]
              operationId: pushToNamedTopic
              summary: Push to a topic that the body or the query names, for proxies that decode paths.
              description: With `?event=` the body is the payload, and the topic stands in the query.
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
                        - { $ref: "#/components/schemas/NamedPush" }
                        - { description: "With `?event=`, the payload." }
                    example: { topic: "rooms:lobby", event: ping, payload: {} }
                  application/octet-stream: {}
              responses: *pushResponses

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
                after entry, a heartbeat each 15 s, and after 10 minutes, when the session ends or the gateway stops, or after
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
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "414": { $ref: "#/components/responses/TargetTooLong" }
                "429": { $ref: "#/components/responses/TooMany" }
                "431": { $ref: "#/components/responses/HeadTooLarge" }
                "503": { $ref: "#/components/responses/Unavailable" }
            delete:
              tags: [reads]
              operationId: releaseMessages
              summary: Delete the log's entries up to a cursor, to make room.
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
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }

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
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "414": { $ref: "#/components/responses/TargetTooLong" }
                "429": { $ref: "#/components/responses/TooMany" }
                "431": { $ref: "#/components/responses/HeadTooLarge" }
                "503": { $ref: "#/components/responses/Unavailable" }

          /sessions/{id}/events:
            parameters:
              - $ref: "#/components/parameters/id"
            get:
              tags: [reads]
              operationId: readEvents
              summary: All that happened, every kind of entry.
              description: |
                Entries without a topic pass the `topic`, `event` and `match` filters. In the same framings as messages. A gap that
                stands for entries no longer kept is told whatever `kind` is.
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
                        type: string
                        description: "An entry a line; also `{\"kind\": \"heartbeat\", \"next\"}`, and at last the `end`."
                      example: |
                        {"cursor":"k3Jd82Lx-1","kind":"connected","at":"2026-11-24T12:21:30.929Z","attempt":1}
                        {"kind":"heartbeat","next":"k3Jd82Lx-1"}
                        {"kind":"end","reason":"rotated","next":"k3Jd82Lx-1"}
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "406": { $ref: "#/components/responses/NotAcceptable" }
                "410": { $ref: "#/components/responses/Gone" }
                "414": { $ref: "#/components/responses/TargetTooLong" }
                "429": { $ref: "#/components/responses/TooMany" }
                "431": { $ref: "#/components/responses/HeadTooLarge" }
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
                `payload` is a pattern of at most 16 KiB, as the parameter `match` of the reads has it. Where entries behind `after`
                are no longer kept, `gap` says so, with the match, and in the problem when there is none.
              parameters:
                - $ref: "#/components/parameters/wait"
        """#
}

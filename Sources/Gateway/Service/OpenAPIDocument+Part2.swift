/// Part 2 of 3. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part2 = #"""

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
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/limit"
                - $ref: "#/components/parameters/topicFilter"
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
              responses:
                "200": { $ref: "#/components/responses/Messages" }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "503": { $ref: "#/components/responses/Unavailable" }

          /sessions/{id}/topics/{topic}/messages:
            parameters:
              - $ref: "#/components/parameters/id"
              - $ref: "#/components/parameters/topic"
            get:
              tags: [reads]
              operationId: readTopicMessages
              summary: Messages, and the gaps in the log, of one topic.
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/optionalWait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/limit"
                - $ref: "#/components/parameters/event"
                - $ref: "#/components/parameters/match"
              responses:
                "200": { $ref: "#/components/responses/Messages" }
                "400": { $ref: "#/components/responses/Invalid" }
                "404": { $ref: "#/components/responses/NotFound" }
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
              description: Entries without a topic pass the `topic`, `event` and `match` filters.
              parameters:
                - $ref: "#/components/parameters/after"
                - $ref: "#/components/parameters/optionalWait"
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
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [events, next, more]
                        properties:
                          events: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                          next: { $ref: "#/components/schemas/Cursor" }
                          more: { type: boolean, description: Whether entries follow `next`. }
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
                `topic` and `event` match exactly, or with `*` as a glob; an array of them are alternatives. A `payload` object
                matches one that has at least its members, recursively; an array one of the same length; numbers by value.
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
                        payload: { description: A pattern. }
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
              description: The session's id; who knows it may use the session.
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
        """#
}

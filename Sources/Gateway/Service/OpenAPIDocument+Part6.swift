/// Part 6 of 6. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part6 = #"""

              required: [topic, state, response]
              properties:
                topic: { type: string }
                state: { enum: [joining, joined, leaving, left, closed, errored, rejected] }
                response: { description: What the server answered the join with; null unless joined. }
                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: With a join's or leave's answer, the log's position when the request came, before all that it caused.
            Presence:
              type: object
              required: [topic, presence, cursor]
              properties:
                topic: { type: string }
                presence:
                  description: "By key, such as a user's id: the metas, and what the server puts beside them."
                  type: object
                  additionalProperties:
                    type: object
                    required: [metas]
                    properties:
                      metas: { type: array, items: { type: object } }
                cursor: { $ref: "#/components/schemas/Cursor", description: "Of the message that made this state: read on from it." }
                complete: { type: boolean, description: "False when a bound was passed, and something may be missing." }
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
            LateProblem:
              type: object
              description: With `heartbeat`, what went wrong once the answer had begun.
              required: [problem]
              properties:
                problem: { $ref: "#/components/schemas/Problem" }
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
                - { type: "null" }
            Cursor:
              type: string
              pattern: '^[0-9A-Za-z]{1,32}-[0-9]{1,19}$'
              description: A position in the session's log.
            After:
              type: string
              pattern: '^(oldest|latest|[0-9A-Za-z]{1,32}-[0-9]{1,19})$'
              description: A cursor, `oldest` for all that is kept, or `latest` for what is still to come.
            Ref: { type: string, description: Names a push; never the same in another session. }
            Time: { type: string, format: date-time }
            Problem:
              type: object
              required: [type, code, title, status, detail, instance, retryable]
              properties:
                type: { type: string }
                code: { type: string }
                title: { type: string }
                status: { type: integer }
                detail: { type: string }
                instance: { type: string, description: The request's id. }
                retryable: { type: boolean, description: Whether the same request may succeed later. }
                sent: { type: boolean, description: Whether the push was sent. }
                stage: { enum: [connect, join, push, reply, await], description: Where a call stopped. }
                topic: { type: string }
                ref: { $ref: "#/components/schemas/Ref" }
                cursor: { $ref: "#/components/schemas/Cursor" }
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                gap: *gap
                reason: { type: string }
                reply:
                  type: object
                  properties:
                    status: { type: string }
                    response: {}
                upstream:
                  type: object
                  properties:
                    status: { type: integer }
                    cause: { enum: [server, network, heartbeat, requested] }
                    code: { type: [integer, "null"] }
                    reason: { type: string }
                errors:
                  type: array
                  items:
                    type: object
                    properties:
                      pointer: { type: string, description: RFC 6901. }
                      detail: { type: string }
        """#
}

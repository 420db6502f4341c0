/// Part 7 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part7 = #"""

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
            Ref:
              type: string
              pattern: '^[0-9A-Za-z]{1,32}-r[0-9]{1,19}$'
              description: Names a push, and no other, in this log or another. It is no cursor, which has no `r`.
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
                instance: { type: string, description: "This request's id, as `X-Request-Id` has it." }
                retryable: { type: boolean, description: Whether the same request may succeed later. }
                sent: { type: boolean, description: Whether the push was sent. }
                stage: { enum: [connect, join, push, reply, await], description: Where a call stopped. }
                topic: { type: string }
                ref: { $ref: "#/components/schemas/Ref" }
                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: The log's position before what the request has caused.
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                gap: *gap
                reason: { type: string }
                quota: { enum: [max_sessions], description: Which of the principal's quotas is used up. }
                reply:
                  type: object
                  properties:
                    status: { type: string }
                    response: {}
                upstream:
                  type: object
                  properties:
                    status: { type: integer }
                    cause: { enum: [connect_failed, server, network, heartbeat, requested] }
                    code: { type: [integer, "null"] }
                    reason: { type: string }
                    retry_in: { type: [number, "null"], description: Seconds to the next attempt when it was told; null for none. }
                errors:
                  type: array
                  description: Where something is wrong.
                  items:
                    type: object
                    properties:
                      pointer: { type: string, description: "In the body, or in the pattern that is the parameter (RFC 6901)." }
                      parameter: { type: string, description: In the query or the path. }
                      header: { type: string }
                      detail: { type: string }
        """#
}

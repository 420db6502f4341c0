/// Part 4 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part4 = #"""

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
                topic: { type: string }
                ref: { $ref: "#/components/schemas/Ref" }
                cursor: { $ref: "#/components/schemas/Cursor" }
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
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

/// Part 7 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part7 = #"""

                cursor:
                  $ref: "#/components/schemas/Cursor"
                  description: The log's position before what the request has caused.
                next: { $ref: "#/components/schemas/Cursor" }
                oldest: { $ref: "#/components/schemas/Cursor" }
                latest: { $ref: "#/components/schemas/Cursor" }
                messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                gap: *gap
                reason: { type: string }
                node: { type: string, description: The node that has given the id. }
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

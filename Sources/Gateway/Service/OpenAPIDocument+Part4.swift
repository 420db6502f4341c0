/// Part 4 of 4. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part4 = #"""

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

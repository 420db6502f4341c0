/// Part 5 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part5 = #"""

              example: 10s
            untilWait:
              name: wait
              in: query
              description: How long to wait for `until` at most, 5s when absent; refused without `until`.
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
            lastEventID:
              name: Last-Event-ID
              in: header
              description: |
                With `text/event-stream`, beats `after`. One that is not this log's gets a `gap` with the reason `epoch`, and then
                the log from its start.
              schema: { type: string }
              example: k3Jd82Lx-4
            heartbeat:
              name: heartbeat
              in: query
              description: |
                With `application/json`, a newline ahead of the answer so often while it is waited for, 1s to 60s, for proxies with
                a short idle limit. The status is then 200 from the beginning, and a later failure stands in the answer.
              schema: { type: string }
              example: 10s
            limit:
              name: limit
              in: query
              description: Entries at most; absent, a page of JSON has 100, and a stream has no such end.
              schema: { type: integer, minimum: 1, maximum: 1000 }
            streamLimit:
              name: limit
              in: query
              description: Entries after which a stream ends; absent, it has no such end.
              schema: { type: integer, minimum: 1, maximum: 1000 }
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
              description: |
                A pattern for the payload, as JSON of at most 4 KiB and 32 levels.

                An object matches one that has at least these members, recursively (`{}` matches any object); an array one of
                the same length, element by element; numbers by value, as exact decimals; strings after unescaping; `null` only
                a `null` that is there. Of duplicate names the first counts. An object whose names all begin with `$` holds
                operators, and matches what all of them do:

                | operator | matches |
                |---|---|
                | `{"$any": true}` | whatever is there |
                | `{"$in": ["a", {"b": 1}]}` | what one of these patterns matches |
                | `{"$not": "a"}` | what this pattern doesn't match |
                | `{"$gt": 5}`, `$gte`, `$lt`, `$lte` | a number in this order to it |
                | `{"$prefix": "rooms:"}` | a string that begins with it |
                | `{"$type": "string"}` | `string`, `number`, `boolean`, `null`, `array`, `object`, or `binary` (a binary payload) |
                | `{"$exists": false}` | a member that is not there; with `true`, one that is |
                | `{"$literal": {"$a": 1}}` | what the pattern inside matches, its `$` names being plain |

                All but `$exists: false` need the member to be there, `$not` and `$in` too. What is no pattern is
                `invalid-pattern`, with a pointer into it.
              schema: { type: string, maxLength: 4096 }
              example: '{"bar":{"$in":["baz",{"$gt":5}]}}'
          headers:
            Location:
              description: The session's path.
              schema: { type: string }
            RateLimitPolicy:
              description: How many requests (`q`) the principal may make in a window of `w` seconds.
              schema: { type: string }
              example: '"requests";q=50;w=1'
            RateLimit:
              description: How many are left (`r`), and in how many seconds (`t`) all are there again.
              schema: { type: string }
              example: '"requests";r=0;t=1'
            AccelBuffering:
              description: "`no`, where the body is written over time, so that a proxy passes it on as it comes."
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
              headers:
                X-Accel-Buffering: { $ref: "#/components/headers/AccelBuffering" }
              content:
                application/json:
                  schema:
                    oneOf:
                      - type: object
                        required: [messages, next, more]
                        properties:
                          messages: { type: array, items: { $ref: "#/components/schemas/Entry" } }
                          next: { $ref: "#/components/schemas/Cursor" }
                          more: { type: boolean, description: Whether entries follow `next`. }
                      - { $ref: "#/components/schemas/LateProblem" }
                  example: { messages: [*message], next: k3Jd82Lx-5, more: false }
                text/event-stream: *eventStream
                application/x-ndjson: *lines
            Listening:
              description: What comes, or in JSON the first message.
              headers:
                X-Accel-Buffering: { $ref: "#/components/headers/AccelBuffering" }
                Server-Timing:
                  description: |
                    Milliseconds: `connect` and `join` unless the client was there already, and in JSON `await`.
                  schema: { type: string }
              content:
                application/json:
                  schema:
                    type: object
                    required: [message]
                    properties:
                      message: { $ref: "#/components/schemas/Entry" }
                  example: { message: *message }
                text/event-stream: *eventStream
                application/x-ndjson: *lines
            TargetTooLong:
              description: The target is far longer than a head may be; this answer is the HTTP library's own, HTML without a type.
            HeadTooLarge:
              description: "`headers-too-large`: a pattern of this size goes into the body of `POST …/await`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:headers-too-large
                    code: headers-too-large
                    title: The request's head is too large
                    status: 431
                    detail: "The request line and headers have 12823 bytes, and may have 8192."
                    instance: 1f2e3d4c5b6a7988
                    retryable: false
            NotAcceptable:
              description: "`not-acceptable`: the log is read as `application/json`, `text/event-stream` or `application/x-ndjson`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:not-acceptable
                    code: not-acceptable
                    title: No answer of such a type
                    status: 406
                    detail: "The log is read as one of application/json, text/event-stream, application/x-ndjson, and Accept has none of them: 'text/html'."
                    instance: 1f2e3d4c5b6a7988
                    retryable: false
            Invalid:
              description: "`invalid-request` or `invalid-pattern`: what is wrong, and where. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:invalid-request
                    code: invalid-request
                    title: The request is not valid
                    status: 400
                    detail: "The uri's scheme must be ws or wss."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    errors: [{ pointer: /uri, detail: "The uri's scheme must be ws or wss." }]
            Unauthorized:
              description: "`unauthorized`: there is no token, or one that isn't taken. Nothing was done."
              headers:
                WWW-Authenticate:
                  description: What is asked for, and what is wrong with the token that came (RFC 6750).
                  schema: { type: string }
                  example: Bearer realm="slipgate", error="invalid_token", error_description="This token has expired."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:unauthorized
                    code: unauthorized
                    title: Who asks is not known
                    status: 401
                    detail: "This token has expired. Send another in the header 'Authorization: Bearer …'."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            Forbidden:
              description: |
                `endpoint-not-allowed`, `join-rejected`, or `forbidden`: a browser's cross-site request, or a token without the
                scope, which `WWW-Authenticate` then names.
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  examples:
                    rejected:
                      value:
                        type: urn:slipgate:problem:join-rejected
                        code: join-rejected
                        title: The upstream refused the join
                        status: 403
                        detail: "The upstream answered the join with status 'error'; its words are in 'reply'."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        topic: "rooms:private"
                        reply: { status: error, response: { reason: unauthorized } }
                        cursor: k3Jd82Lx-5
                    scope:
                      value:
                        type: urn:slipgate:problem:forbidden
                        code: forbidden
                        title: The token does not allow this
                        status: 403
                        detail: "This needs a token with the scope 'write'."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
            Mismatch:
              description: "`idempotency-mismatch`: the key stands for another request. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:idempotency-mismatch
                    code: idempotency-mismatch
                    title: The key stands for another request
                    status: 422
                    detail: "This Idempotency-Key came with another body, type, query or Accept in the last 10 minutes. Nothing was done: use a new key for a new request."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            NotFound:
              description: "`session-not-found`, `unmatched-topic`, or `not-found`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:session-not-found
                    code: session-not-found
                    title: There is no such session
                    status: 404
                    detail: "No session has this id or name, or it ended more than 10 minutes ago: make one with POST /sessions."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            Refused:
              headers:
                Retry-After: { description: "Seconds; where the upstream said so.", schema: { type: integer } }
              description: "`upstream-refused`: it refused the websocket (`upstream.status`) or could not be reached (`upstream.reason`)."
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
            Conflict:
              description: "`not-joined` or `join-conflict`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:not-joined
                    code: not-joined
                    title: The topic is not joined
                    status: 409
                    detail: "The session has not joined the topic: join it first, with PUT on its path or POST to …/join, or push with ?join=true. Nothing was sent."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    topic: "rooms:other"
                    sent: false
            Gone:
              description: "`session-ended` with its `reason`, `cursor-expired`, or `reply-lost`."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  examples:
                    ended:
                      value:
                        type: urn:slipgate:problem:session-ended
                        code: session-ended
                        title: The session has ended
                        status: 410
                        detail: "The session has ended: it was deleted. Make another with POST /sessions."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        reason: deleted
                    lost:
                      value:
                        type: urn:slipgate:problem:reply-lost
                        code: reply-lost
                        title: The reply will not come
                        status: 410
                        detail: "The connection, the join or the channel ended before the reply came; the push was sent, and may have been served."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        sent: true
                        ref: k3Jd82Lx-r3
                        reason: disconnected
                        cursor: k3Jd82Lx-2
                    expired:
                      value:
                        type: urn:slipgate:problem:cursor-expired
                        code: cursor-expired
                        title: The cursor is of another log
                        status: 410
                        detail: "This cursor was not given by this session: begin with after=oldest or after=latest."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
                        oldest: k3Jd82Lx-0
                        latest: k3Jd82Lx-5
            CallLost:
              description: "`reply-lost`: what was pushed may have been served."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:reply-lost
                    code: reply-lost
                    title: The reply will not come
                    status: 410
                    detail: "The connection, the join or the channel ended before the reply came; the push was sent, and may have been served."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
                    sent: true
                    reason: disconnected
                    stage: reply
            TooLarge:
              description: "`payload-too-large`. Nothing was done."
              content:
                application/problem+json:
                  schema: { $ref: "#/components/schemas/Problem" }
                  example:
                    type: urn:slipgate:problem:payload-too-large
                    code: payload-too-large
                    title: The body is too large
                    status: 413
        """#
}

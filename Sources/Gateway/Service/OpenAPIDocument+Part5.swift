/// Part 5 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part5 = #"""

              description: |
                A token of the gateway's tokens file, or a JWT, in the header `Authorization` alone. Its scopes: `read` for what
                looks (GET, and `…/await`), `write` for what makes something happen (all else, and `/listen`). A gateway without
                access control, which only this machine reaches, asks for none.
          parameters:
            id:
              name: id
              in: path
              required: true
              description: The session's id, or its name if it has one; who knows it may use the session.
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
            callWait:
              name: wait
              in: query
              description: How long to wait at most, for all of it; more than 0.
              schema: { type: string, pattern: '^([1-9][0-9]{0,8}(\.[0-9]{1,9})?|0\.[0-9]{0,8}[1-9])(ms|s|m|h)?$', default: 5s }
              example: 10s
            topicInQuery:
              name: topic
              in: query
              required: true
              description: The topic.
              schema: { type: string, minLength: 1 }
              example: "rooms:lobby"
            topicInQueryOrBody:
              name: topic
              in: query
              description: The topic, unless the body names it.
              schema: { type: string, minLength: 1 }
            rejoin:
              name: rejoin
              in: query
              description: Leave a joined topic, and join it anew with these params.
              schema: { type: boolean, default: false }
            pushEvent:
              name: event
              in: query
              description: The event; the body is then the payload itself.
              schema: { type: string, minLength: 1 }
            joinFirst:
              name: join
              in: query
              description: |
                Join the topic first if it isn't joined: with the params it was last joined with, else `{}`. The wait covers both;
                without one the push is answered with 202 once it is sent, for which the join has 5 s.
              schema: { type: boolean, default: false }
            replyErrors:
              name: reply_errors
              in: query
              description: The status that answers a reply whose own status is `error`.
              schema: { type: string, enum: ["200", "422"], default: "422" }
            idempotencyKey:
              name: Idempotency-Key
              in: header
              description: |
                Has the request done once, however often it is sent in 10 minutes: a repeat attaches to the first, waits as long as
                its own `wait` says, and gets its outcome. One with another body, type or query is 422, and so is one that takes a
                binary reply otherwise. A problem with `retryable: true` or `sent: false` is not kept: the request that comes next
                is tried anew. Any other outcome is, a 403 `join-rejected` too, and stays what it was: whether a topic is still
                joined, a GET says. When too many keys are kept, in all or of the same
                principal, a new one is 503 `capacity`: none is forgotten early.
              schema: { type: string, minLength: 1, maxLength: 255, pattern: "^[!-~]+$" }
              example: 5f0c6b7e
            optionalWait:
              name: wait
              in: query
              description: How long to wait at most; absent or 0 doesn't wait.
              schema: { type: string, pattern: '^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)?$' }
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
              schema: { type: array, items: { type: string, minLength: 1 } }
            event:
              name: event
              in: query
              description: Events wanted, exact or with `*` as a glob; repeated ones are alternatives.
              schema: { type: array, items: { type: string, minLength: 1 } }
            match:
              name: match
              in: query
              description: |
                A pattern, as JSON of at most 4 KiB and 32 levels, for the `payload` of a `message` or `topic_error`, and for the
                `response` of a `reply`, `joined` or `join_failed`. Another entry of a topic has neither, so that only
                `{"$exists": false}` matches it; gaps, and entries without a topic, pass.

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
                    detail: "The request line and headers have 12823 bytes, and may have 8192: what is long goes into a body, where the request takes one."
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
                    join-rejected:
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
                    endpoint-not-allowed:
                      value:
                        type: urn:slipgate:problem:endpoint-not-allowed
                        code: endpoint-not-allowed
                        title: This upstream is not allowed
                        status: 403
                        detail: "There is no endpoint 'chat' that you may use: the gateway's operator adds it under 'endpoints', and to the entry of a token that is for some of them only."
                        instance: "1f2e3d4c5b6a7988"
                        retryable: false
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
                    detail: "No session has this id, or it ended more than 10 minutes ago: make one with POST /sessions."
                    instance: "1f2e3d4c5b6a7988"
                    retryable: false
            Refused:
              headers:
                Retry-After: { description: "Seconds; where the upstream said so.", schema: { type: integer } }
              description: "`upstream-refused`: it refused the websocket (`upstream.status`) or could not be reached (`upstream.reason`)."
        """#
}

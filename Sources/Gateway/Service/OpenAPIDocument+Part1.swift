/// Part 1 of 7. Written by .ci/embed-openapi.
extension OpenAPIDocument {
    static let part1 = #"""
        openapi: 3.1.0
        info:
          title: Slipgate
          version: 0.1.0
          summary: An HTTP gateway to Phoenix Channels.
          description: |
            A session is one Phoenix client: a websocket, the topics joined on it, and a log of all that happened. Requests
            connect, join, push and leave; reads follow the log with a cursor, and can wait for what has not come yet.

            Durations in requests are `500ms`, `5s`, `2m`, `1h`, or a number of seconds; in answers they are numbers of seconds.
            Times are RFC 3339 in UTC with milliseconds. An unknown query name or body member is refused with 400. Answers may
            gain members. A `wait` longer than 55 s is shortened to that, which `Preference-Applied: wait=55` says. Every answer
            has `X-Request-Id` and `Cache-Control: no-store`.

            Every error is a problem document (RFC 9457) with a `code` to switch on; `errors` says where in the body (`pointer`),
            the query or path (`parameter`) or the `header` something is wrong. 429 `too-many-requests`, 503 `capacity` and
            `draining`, and a 502 whose upstream said so have `Retry-After` where they are `retryable`. What has caused something tells in `cursor` the log's
            position before that, a failure too: after a 504 or a 410 nothing need be missed.

            Every path answers HEAD where it answers GET, OPTIONS with `Allow`, and another method with 405 `method-not-allowed`. A
            request's head may have 8 KiB (431 `headers-too-large`) and must be there within 10 s, its body 1 MiB (413) and within
            60 s more (408 `request-timeout`); what needs no token takes no body (413). Where unfinished bodies, or answers that
            clients have not read, hold as much memory as they may, a body or a long read is 503 `capacity`, and an answer that
            isn't read within 2 minutes is cut off. A head that HTTP doesn't allow, or after which the next request's place can't be
            trusted, is refused with 400, an `Expect` other than `100-continue` with 417 `expectation-failed`, a `Host` that isn't
            this machine's with 421 `misdirected-request`, and with 403 `forbidden` a browser's cross-site request and, without
            access control, one that a proxy has passed on (it has `Forwarded`, `X-Forwarded-…`, `X-Real-IP` or `Via`), unless the
            setting `proxy_decides_access` takes those: so may every operation answer. Only what can't be read as a request at all has an HTML body in its place.

            A session's id begins with the `node` of the gateway that has it. A request with an id that another node has given is
            answered with 421 `wrong-node`, and nothing is done: the session may be well, where it is. What is in front of several
            gateways answers for one that is gone: 503 `node-unavailable`, or 410 `session-ended` with the `reason` `node-gone`.

            With a `base_path` such as `/slipgate` all paths begin with it, `Location`, `url` and `reply_url` too; it is the server's
            URL in the copy of this document that such a gateway serves.

            With access control a request brings a bearer token, else it is 401; one whose scope doesn't suffice is 403
            `forbidden`. The `Host` may then be any. A session, its name and an `Idempotency-Key` are its principal's: to others it
            is 404. Past a principal's requests a second it is 429 `rate-limited`; where there is such a limit, every answer tells
            it in `RateLimit-Policy` and `RateLimit`.
          license:
            name: MIT
            identifier: MIT
        servers:
          - url: http://127.0.0.1:8080
        tags:
          - name: sessions
          - name: topics
          - name: pushes
          - name: reads
          - name: calls
          - name: service
        security:
          - {}
          - bearer: []

        paths:
          /sessions:
            post:
              tags: [sessions]
              operationId: createSession
              summary: Connect to a Phoenix server.
              description: |
                Answered once the websocket is open and every listed topic is joined. It is tried once; when it fails, nothing is
                left behind. With `wait=0` it is answered at once, the state being `connecting`, and tried again as `reconnect` says.

                A connection that is lost later is made again by itself, and its topics are joined anew; the log tells, with a
                `gap` for each topic. A server that answers the upgrade with 401 or 403 is asked no more.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
                - $ref: "#/components/parameters/idempotencyKey"
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/SessionSpec" }
                    examples:
                      uri:
                        value:
                          uri: ws://127.0.0.1:4000/socket/websocket
                          params: { token: abc }
                          topics: [{ topic: "rooms:lobby", params: { fizz: buzz } }]
                      endpoint:
                        summary: To an upstream that the gateway's operator has named.
                        value: { endpoint: chat, params: { user_id: "42" }, topics: [{ topic: "rooms:lobby" }] }
              responses:
                "201":
                  description: Connected, and every listed topic is joined.
                  headers:
                    Location: { $ref: "#/components/headers/Location" }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: &made
                        id: local.4fKq0Zb1sYw8RtXv2LmNp3
                        url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3
                        name: null
                        state: connected
                        uri: ws://127.0.0.1:4000/socket/websocket
                        endpoint: null
                        topics: [{ topic: "rooms:lobby", state: joined, response: {} }]
                        cursor: k3Jd82Lx-0
                        oldest: k3Jd82Lx-0
                        log:
                          { entries: 2, bytes: 301, max_entries: 10000, max_bytes: 8388608, max_age: 3600, overflow: drop_oldest }
                        expires_in: 300
                        upstream: null
                "202":
                  description: With `wait=0`, the session, still connecting.
                  headers:
                    Location: { $ref: "#/components/headers/Location" }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: &connecting
                        id: local.4fKq0Zb1sYw8RtXv2LmNp3
                        url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3
                        name: null
                        state: connecting
                        uri: ws://127.0.0.1:4000/socket/websocket
                        endpoint: null
                        topics: [{ topic: "rooms:lobby", state: joining, response: null }]
                        cursor: k3Jd82Lx-0
                        oldest: k3Jd82Lx-0
                        log: { entries: 0, bytes: 0, max_entries: 10000, max_bytes: 8388608, max_age: 3600, overflow: drop_oldest }
                        expires_in: 300
                        upstream: null
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "422": { $ref: "#/components/responses/Mismatch" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            get:
              tags: [sessions]
              operationId: listSessions
              summary: The sessions that there are, in the order in which they were made.
              description: |
                To list a session doesn't name it: its idle time goes on. A session that is there all the while is on exactly one
                page, whatever comes and goes. A page of 4 MiB ends early.
              parameters:
                - name: limit
                  in: query
                  description: Sessions at most.
                  schema: { type: integer, minimum: 1, maximum: 1000, default: 100 }
                - name: page_token
                  in: query
                  description: The `next_page_token` of the page before.
                  schema: { type: string, pattern: '^[0-9A-Za-z]{1,32}-[0-9]{1,19}$' }
              responses:
                "200":
                  description: A page of sessions, and the token of the next one; null when this is the last.
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [sessions, next_page_token]
                        properties:
                          sessions: { type: array, items: { $ref: "#/components/schemas/Session" } }
                          next_page_token: { type: [string, "null"] }
                      example:
                        sessions:
                          - &session
                            id: local.4fKq0Zb1sYw8RtXv2LmNp3
                            url: /sessions/local.4fKq0Zb1sYw8RtXv2LmNp3
                            name: null
                            state: connected
                            uri: ws://127.0.0.1:4000/socket/websocket
                            endpoint: null
                            topics: [{ topic: "rooms:lobby", state: joined, response: {} }]
                            cursor: k3Jd82Lx-2
                            oldest: k3Jd82Lx-0
                            log:
                              entries: 2
                              bytes: 301
                              max_entries: 10000
                              max_bytes: 8388608
                              max_age: 3600
                              overflow: drop_oldest
                            expires_in: 300
                            upstream: null
                        next_page_token: Xw81kTz0-1
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "429": { $ref: "#/components/responses/TooMany" }

          /sessions/{id}:
            parameters:
              - $ref: "#/components/parameters/id"
            put:
              tags: [sessions]
              operationId: putSession
              summary: Get or make the session of this name.
              description: |
                For cron jobs and restarts: the first request of a name makes the session as `POST /sessions` does, and all others
                wait for that. Where it stands with the same spec as first given, listed topics since left are joined again, and a
                session that is disconnected is connected; `auth_token` and `headers` may differ, and are taken over for the next
                connect. A creation that fails leaves nothing behind. A name has 1 to 64 characters of `a-z 0-9 _ -`.
              parameters:
                - $ref: "#/components/parameters/wait"
                - $ref: "#/components/parameters/prefer"
              requestBody:
                required: true
                content:
                  application/json:
                    schema: { $ref: "#/components/schemas/SessionSpec" }
                    example: { uri: "ws://127.0.0.1:4000/socket/websocket", topics: [{ topic: "rooms:lobby" }] }
              responses:
                "200":
                  description: It stood already, or was made for another request; connected, every listed topic joined.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *session
                "201":
                  description: Made, connected, and every listed topic is joined.
                  headers:
                    Location: { $ref: "#/components/headers/Location" }
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *made
                "202":
                  description: With `wait=0`, the session, still connecting or joining.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *connecting
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "409":
                  description: "`spec-conflict`: the session of this name stands with another spec; `errors` says in what."
                  content:
                    application/problem+json:
                      schema: { $ref: "#/components/schemas/Problem" }
                      example:
                        type: urn:slipgate:problem:spec-conflict
                        code: spec-conflict
                        title: The session stands with another spec
                        status: 409
                        detail: "The session 'worker' stands with another 'params' than this: delete it first, or use another name."
                        instance: 1f2e3d4c5b6a7988
                        retryable: false
                        errors:
                          - pointer: /params
                            detail: "The session 'worker' stands with another 'params' than this: delete it first, or use another name."
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            get:
              tags: [sessions]
              operationId: getSession
              summary: The session as it is, or once it is as wanted.
              description: |
                Secrets are never shown, nor is the uri's query. With `until` it is answered once that is so, even if it
                lasted for a moment only; at once where it is so already, and with the cause as soon as it can't come true.
              parameters:
                - name: until
                  in: query
                  description: The state to wait for.
                  schema: { enum: [connected, disconnected] }
                - $ref: "#/components/parameters/untilWait"
                - $ref: "#/components/parameters/prefer"
              responses:
                "200":
                  description: The session.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *session
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "429": { $ref: "#/components/responses/TooMany" }
                "502": { $ref: "#/components/responses/Refused" }
                "503": { $ref: "#/components/responses/Unavailable" }
                "504": { $ref: "#/components/responses/Timeout" }
            patch:
              tags: [sessions]
              operationId: patchSession
              summary: Replace what the next connect goes by.
              description: |
                For a token to be refreshed. Each member is replaced whole; null takes it away, and puts `idle_timeout` back to the
                default. The connection that there is stays as it is.
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                      properties:
                        params: { type: [object, "null"] }
                        headers: { type: [object, "null"], additionalProperties: { type: string } }
                        auth_token: { type: [string, "null"], minLength: 1 }
                        idle_timeout:
                          description: Counts from now on; 1s to 24h.
                          type: [string, number, "null"]
                    example: { params: { token: fresh } }
              responses:
                "200":
                  description: The session.
                  content:
                    application/json:
                      schema: { $ref: "#/components/schemas/Session" }
                      example: *session
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "410": { $ref: "#/components/responses/Gone" }
                "413": { $ref: "#/components/responses/TooLarge" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }
            delete:
              tags: [sessions]
              operationId: deleteSession
              summary: Leave all topics and close the websocket.
              description: Whoever waits on the session is answered 410 at once. Repeating it is harmless for 10 minutes.
              responses:
                "204": { description: The session has ended. }
                "400": { $ref: "#/components/responses/Invalid" }
                "401": { $ref: "#/components/responses/Unauthorized" }
                "403": { $ref: "#/components/responses/Forbidden" }
                "404": { $ref: "#/components/responses/NotFound" }
                "415": { $ref: "#/components/responses/UnsupportedMediaType" }
                "429": { $ref: "#/components/responses/TooMany" }

          /sessions/{id}/disconnect:
            parameters:
              - $ref: "#/components/parameters/id"
            post:
              tags: [sessions]
              operationId: disconnect
              summary: Close the websocket, and leave it so.
              description: |
        """#
}

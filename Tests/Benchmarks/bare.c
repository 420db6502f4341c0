/*
 * The client that costs next to nothing: a websocket, and a reader of HTTP answers, which count what comes by searching
 * the bytes for it. Prints seconds.
 *
 *   bare PORT ping COUNT            the median of so many round trips on a websocket
 *   bare PORT connect COUNT         the median of connecting, joining and one round trip, each on a websocket of its own
 *   bare PORT burst COUNT SIZE      from asking the demo server for so many messages to the last; this program's CPU
 *   bare PORT poll|lines|events COUNT SIZE SESSION
 *                                   the same, asked for and read through the gateway, which listens on PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MARK "\"tick\""

static int port;
static char buffer[1 << 18];

static void fail(const char *what) {
    fprintf(stderr, "bare: %s\n", what);
    exit(1);
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int dial(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("can't connect");
    return descriptor;
}

static void give(int descriptor, const char *bytes, size_t count) {
    if (send(descriptor, bytes, count, MSG_NOSIGNAL) != (ssize_t)count) fail("can't send");
}

/* Reads behind what the buffer holds, and ends it with a zero. */
static size_t take(int descriptor, size_t held) {
    ssize_t count = recv(descriptor, buffer + held, sizeof buffer - 1 - held, 0);
    if (count <= 0) fail("the connection has ended");
    buffer[held + count] = 0;
    return held + count;
}

/* One text frame; a mask of zeros leaves the bytes as they are. */
static void frame(int descriptor, const char *text) {
    char bytes[160] = {(char)0x81};
    size_t length = strlen(text);
    if (length > 125) fail("too long for a short frame");
    bytes[1] = (char)(0x80 | length);
    memcpy(bytes + 6, text, length);
    give(descriptor, bytes, length + 6);
}

static void round_trip(int descriptor, const char *text) {
    frame(descriptor, text);
    size_t held = 0;
    while (held < 2 || held < 2 + (size_t)buffer[1]) held = take(descriptor, held);
}

static int websocket(void) {
    const char *request =
        "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    int descriptor = dial();
    give(descriptor, request, strlen(request));
    size_t held = 0;
    do { held = take(descriptor, held); } while (!strstr(buffer, "\r\n\r\n"));
    round_trip(descriptor, "[\"1\",\"1\",\"rooms:lobby\",\"phx_join\",{}]");
    return descriptor;
}

static int compare(const void *one, const void *other) {
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

static double median_of(int count, int is_connecting) {
    double *times = malloc(count * sizeof(double));
    int descriptor = is_connecting ? 0 : websocket();
    for (int index = 0; index < count; index++) {
        double start = seconds(CLOCK_MONOTONIC);
        if (is_connecting) descriptor = websocket();
        round_trip(descriptor, "[\"1\",\"2\",\"rooms:lobby\",\"ping\",{}]");
        times[index] = seconds(CLOCK_MONOTONIC) - start;
        if (is_connecting) close(descriptor);
    }
    qsort(times, count, sizeof *times, compare);
    return times[count / 2];
}

/* Reads until a byte has come so often: one that a chunk of HTTP can't cut in two. */
static void follow(int descriptor, char byte, long count) {
    while (count > 0) {
        char *rest = buffer, *end = buffer + take(descriptor, 0);
        for (; count > 0 && (rest = memchr(rest, byte, end - rest)); count--) rest++;
    }
}

/* Reads one whole answer: what came after `next`, which it then moves on. How many messages that were. */
static long poll(int descriptor, const char *session, const char *wait, char next[64]) {
    static char answer[1 << 22];
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET %s/messages?after=%s&limit=1000&wait=%s HTTP/1.1\r\nHost: localhost\r\n\r\n", session, next, wait);
    give(descriptor, request, length);
    size_t held = 0, whole = 0;
    while (!whole || held < whole) {
        ssize_t more = recv(descriptor, answer + held, sizeof answer - 1 - held, 0);
        if (more <= 0) fail("the connection has ended");
        held += more;
        answer[held] = 0;
        char *body = whole ? NULL : strstr(answer, "\r\n\r\n"), *size = strcasestr(answer, "content-length: ");
        if (body && size) whole = body + 4 - answer + atol(size + strlen("content-length: "));
    }
    long count = 0;
    char *rest = answer, *mark;
    for (; (mark = memmem(rest, answer + held - rest, MARK, strlen(MARK))); count++) rest = mark + strlen(MARK);
    char *found = memmem(rest, answer + held - rest, "\"next\":\"", 8);
    if (!found || sscanf(found + 8, "%63[^\"]", next) != 1) fail("an answer without 'next'");
    return count;
}

int main(int count, char **words) {
    if (count < 4) fail("see the top of bare.c");
    port = atoi(words[1]);
    long number = atol(words[3]);
    if (!strcmp(words[2], "ping") || !strcmp(words[2], "connect")) {
        printf("%.9f\n", median_of(number, words[2][0] == 'c'));
        return 0;
    }
    char text[512];
    int asking, reading;
    double start, used;
    if (!strcmp(words[2], "burst")) {
        asking = reading = websocket();
        snprintf(text, sizeof text, "[\"1\",\"3\",\"rooms:lobby\",\"burst\",{\"n\":%ld,\"size\":%s}]", number, words[4]);
        start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
        frame(asking, text);
        /* A message has one brace, and around it the log's entry another. */
        follow(reading, '{', number);
    } else {
        const char *session = words[5], *type = words[2][0] == 'l' ? "application/x-ndjson" : "text/event-stream";
        char body[128], next[64] = "latest";
        int length = snprintf(body, sizeof body, "{\"event\":\"burst\",\"payload\":{\"n\":%ld,\"size\":%s}}", number, words[4]);
        asking = dial(), reading = dial();
        int is_polling = words[2][0] == 'p';
        if (is_polling) {
            /* Where to begin, before anything is asked for. */
            poll(reading, session, "0", next);
        } else {
            int size = snprintf(text, sizeof text,
                "GET %s/messages?after=latest HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n\r\n", session, type);
            give(reading, text, size);
            size_t held = 0;
            do { held = take(reading, held); } while (!strstr(buffer, "\r\n\r\n"));
        }
        int size = snprintf(text, sizeof text,
            "POST %s/topics/rooms:lobby/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s",
            session, length, body);
        start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
        give(asking, text, size);
        while (is_polling && number > 0) number -= poll(reading, session, "30s", next);
        if (!is_polling) follow(reading, '{', 2 * number);
    }
    printf("%.9f %.9f\n", seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID) - used);
}

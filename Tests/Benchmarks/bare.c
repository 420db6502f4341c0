/*
 * The client that costs next to nothing: a websocket, and a reader of HTTP answers, which count what comes by searching
 * the bytes for it. Prints seconds.
 *
 *   bare PORT ping COUNT            the median of so many round trips on a websocket
 *   bare PORT connect COUNT         the median of connecting and joining, each on a websocket of its own
 *   bare PORT burst COUNT SIZE      from asking the demo server for so many messages to having that many; this
 *                                   program's CPU; how many of them didn't come, or not just once, of all that came
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
#define NUMBER "\"i\":"
/* Seconds without a byte, where some are still to come, and where there should be none. */
#define SILENCE 10
#define SETTLED 0.3

static int port;
/* All that one connection has brought, or as much of it as is still wanted: 10,000 messages take some 2 MB. */
static char held[1 << 24];
static size_t length;

static void fail(const char *what) {
    fprintf(stderr, "bare: %s\n", what);
    exit(1);
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int connected(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("can't connect");
    return descriptor;
}

static void wait_at_most(int descriptor, double limit) {
    struct timeval time = {.tv_sec = limit, .tv_usec = (limit - (long)limit) * 1e6};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

static void send_all(int descriptor, const char *bytes, size_t count) {
    if (send(descriptor, bytes, count, MSG_NOSIGNAL) != (ssize_t)count) fail("can't send");
}

/* Reads behind what is held, and ends it with a zero; false when nothing came for as long as one waits. */
static int receive(int descriptor) {
    if (length == sizeof held - 1) fail("more has come than there is room for");
    ssize_t count = recv(descriptor, held + length, sizeof held - 1 - length, 0);
    if (count < 0) return 0;
    if (count == 0) fail("the connection has ended");
    held[length += count] = 0;
    return 1;
}

static void receive_more(int descriptor) {
    if (!receive(descriptor)) fail("no answer");
}

/* Where the body begins. */
static char *receive_head(int descriptor, size_t from) {
    char *end;
    do { receive_more(descriptor); } while (!(end = strstr(held + from, "\r\n\r\n")));
    return end + 4;
}

/* One text frame; a mask of zeros leaves the bytes as they are. */
static void send_frame(int descriptor, const char *text) {
    char bytes[160] = {(char)0x81};
    size_t size = strlen(text);
    if (size > 125) fail("too long for a short frame");
    bytes[1] = (char)(0x80 | size);
    memcpy(bytes + 6, text, size);
    send_all(descriptor, bytes, size + 6);
}

static void round_trip(int descriptor, const char *text) {
    send_frame(descriptor, text);
    length = 0;
    while (length < 2 || length < 2 + (size_t)held[1]) receive_more(descriptor);
}

static int joined_websocket(void) {
    const char *request =
        "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    int descriptor = connected();
    wait_at_most(descriptor, SILENCE);
    send_all(descriptor, request, strlen(request));
    length = 0;
    receive_head(descriptor, 0);
    round_trip(descriptor, "[\"1\",\"1\",\"rooms:lobby\",\"phx_join\",{}]");
    return descriptor;
}

static int compare(const void *one, const void *other) {
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

static double median_of(int count, int is_connecting) {
    double *times = malloc(count * sizeof(double));
    int descriptor = is_connecting ? 0 : joined_websocket();
    for (int index = 0; index < count; index++) {
        double start = seconds(CLOCK_MONOTONIC);
        if (is_connecting) descriptor = joined_websocket();
        else round_trip(descriptor, "[\"1\",\"2\",\"rooms:lobby\",\"ping\",{}]");
        times[index] = seconds(CLOCK_MONOTONIC) - start;
        if (is_connecting) close(descriptor);
    }
    qsort(times, count, sizeof *times, compare);
    return times[count / 2];
}

/* Reads until a byte has come so often, or nothing comes: a byte that a chunk of HTTP can't cut in two. */
static void receive_bytes(int descriptor, char byte, long count) {
    while (count > 0) {
        char *rest = held + length;
        if (!receive(descriptor)) return;
        for (; (rest = memchr(rest, byte, held + length - rest)); count--) rest++;
    }
}

/* Asks for what comes next, and reads the whole answer: how many messages it has. */
static long poll(int descriptor, const char *session, const char *wait, char next[64]) {
    char request[512];
    int size = snprintf(request, sizeof request,
        "GET %s/messages?after=%s&limit=1000&wait=%s HTTP/1.1\r\nHost: localhost\r\n\r\n", session, next, wait);
    send_all(descriptor, request, size);
    size_t from = length;
    char *body = receive_head(descriptor, from), *stated = strcasestr(held + from, "content-length: "), *mark;
    if (!stated || stated > body) fail("an answer without its length");
    while (held + length < body + atol(stated + strlen("content-length: "))) receive_more(descriptor);
    long count = 0;
    for (char *rest = body; (mark = memmem(rest, held + length - rest, MARK, strlen(MARK))); count++)
        rest = mark + strlen(MARK);
    char *found = memmem(body, held + length - body, "\"next\":\"", 8);
    if (!found || sscanf(found + 8, "%63[^\"]", next) != 1) fail("an answer without 'next'");
    return count;
}

/* Takes the lengths of chunks out of what is held, which begins with one. */
static void unchunk(char *from) {
    char *to = from, *body;
    for (size_t size; from < held + length && (size = strtoul(from, &body, 16)); from = body + 2 + size + 2) {
        if (body + 2 + size > held + length) size = held + length - body - 2;
        memmove(to, body + 2, size);
        to += size;
    }
    *to = 0;
    length = to - held;
}

/* How many of the messages are not held just once; one that has a number that was not asked for counts as well. */
static long wrong_messages(long count) {
    char *seen = calloc(count, 1), *end;
    long wrong = 0;
    for (char *rest = held; (rest = memmem(rest, held + length - rest, NUMBER, strlen(NUMBER))); rest = end) {
        long number = strtol(rest + strlen(NUMBER), &end, 10);
        if (number < 0 || number >= count) wrong++;
        else if (seen[number] < 2) seen[number]++;
    }
    for (long number = 0; number < count; number++) wrong += seen[number] != 1;
    return wrong;
}

/* The request for a burst: on the websocket as it is, through the gateway as a push. */
static void write_burst(char *text, size_t room, long number, const char *size, const char *session) {
    char burst[128];
    snprintf(burst, sizeof burst, "{\"n\":%ld,\"size\":%s}", number, size);
    if (!session)
        snprintf(text, room, "[\"1\",\"3\",\"rooms:lobby\",\"burst\",%s]", burst);
    else
        snprintf(text, room,
            "POST %s/topics/rooms:lobby/push?event=burst HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n%s",
            session, strlen(burst), burst);
}

static void print_burst(const char *kind, long number, const char *size, const char *session) {
    int is_websocket = !session, is_poll = !strcmp(kind, "poll");
    char text[512], next[64] = "latest", *body = held;
    /* Its pages are there before the clock runs. */
    memset(held, 1, sizeof held);
    int asking = is_websocket ? joined_websocket() : connected(), reading = is_websocket ? asking : connected();
    wait_at_most(reading, SILENCE);
    length = 0;
    if (!is_websocket && !is_poll) {
        snprintf(text, sizeof text,
            "GET %s/messages?after=latest HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n\r\n", session,
            strcmp(kind, "lines") ? "text/event-stream" : "application/x-ndjson");
        send_all(reading, text, strlen(text));
        body = receive_head(reading, 0);
    } else if (is_poll) {
        /* Where the log is before the burst: later, the latest may be behind a part of it. */
        poll(reading, session, "0", next);
    }
    write_burst(text, sizeof text, number, size, session);

    double start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (is_websocket) send_frame(asking, text);
    else send_all(asking, text, strlen(text));
    if (is_poll)
        for (long left = number, more; left > 0 && (more = poll(reading, session, "5s", next)); ) left -= more;
    else
        /* A message has one brace, and around it the log's entry another. */
        receive_bytes(reading, '{', is_websocket ? number : 2 * number);
    printf("%.9f %.9f ", seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID) - used);

    /* What comes beyond is wrong, and so has to be read. */
    if (is_poll) {
        while (poll(reading, session, "300ms", next)) continue;
    } else {
        wait_at_most(reading, SETTLED);
        while (receive(reading)) continue;
        if (!is_websocket) unchunk(body);
    }
    printf("%ld\n", wrong_messages(number));
}

int main(int count, char **words) {
    int is_burst = count == 5 && !strcmp(words[2], "burst");
    if (count != 4 && count != 6 && !is_burst) fail("see the top of bare.c");
    port = atoi(words[1]);
    long number = atol(words[3]);
    if (count == 4) printf("%.9f\n", median_of(number, !strcmp(words[2], "connect")));
    else print_burst(words[2], number, words[4], is_burst ? NULL : words[5]);
}

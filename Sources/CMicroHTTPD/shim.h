#pragma once

#include <microhttpd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* accept4(2), which the C library declares for GNU sources alone. */
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

/* What a daemon is started with; durations in seconds, sizes in bytes. */
struct slipgate_daemon_options {
    unsigned int flags;
    unsigned int connection_limit;
    unsigned int connection_timeout;
    size_t connection_memory;
    void *context;
    MHD_AccessHandlerCallback handler;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    void (*log)(void *context, const char *message);
};

/* A va_list can't be read from Swift: the message is formatted here. */
static inline void slipgate_log(void *options, const char *format, va_list arguments) {
    const struct slipgate_daemon_options *given = (const struct slipgate_daemon_options *)options;
    char message[512];
    vsnprintf(message, sizeof message, format, arguments);
    given->log(given->context, message);
}

/* Percent-encoding is left as it is: the request target is split before it is decoded. */
static inline size_t slipgate_unescape_nothing(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

/* MHD_start_daemon is variadic. The options must live as long as the daemon: its log goes through them. */
static inline struct MHD_Daemon *slipgate_start_daemon(const struct slipgate_daemon_options *options) {
    return MHD_start_daemon(
        options->flags, 0, NULL, NULL, options->handler, options->context,
        MHD_OPTION_EXTERNAL_LOGGER, &slipgate_log, (void *)options,
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_memory,
        MHD_OPTION_CONNECTION_TIMEOUT, options->connection_timeout,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->connection_changed, options->context,
        MHD_OPTION_URI_LOG_CALLBACK, options->target, options->context,
        MHD_OPTION_UNESCAPE_CALLBACK, &slipgate_unescape_nothing, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_END);
}

/* MHD_get_daemon_info is variadic. Readable when the daemon has something to do. */
static inline int slipgate_epoll_fd(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

/* One address of two types. Sixteen bytes in network order, IPv4 mapped into IPv6; 0 for any other. */
static inline int slipgate_address_bytes(const struct sockaddr *address, uint8_t *bytes) {
    if (address->sa_family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
        return 1;
    }
    if (address->sa_family != AF_INET) return 0;
    memset(bytes, 0, 10);
    memset(bytes + 10, 0xFF, 2);
    memcpy(bytes + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
    return 1;
}

/* MHD_get_connection_info is variadic. What the notification of the connection's start left there. */
static inline void *slipgate_connection_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* MHD_set_response_options is variadic. The body is not sent in chunks, and ends with the connection. */
static inline void slipgate_end_with_connection(struct MHD_Response *response) {
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

/* MHD_get_connection_info is variadic. Bytes of the request line and the fields, once all are there; else 0. */
static inline size_t slipgate_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

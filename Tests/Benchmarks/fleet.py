"""Many requests over a few keep-alive connections at once."""

import json
import select
import socket

CONNECTIONS = 64
SILENCE = 60


def ask_all(port, requests, take):
    """Asks them all, as many at once as there are connections; `take` is given each one's number, status and JSON."""
    requests = list(enumerate(requests))
    requests.reverse()
    epoll = select.epoll()
    busy, held = {}, {}

    def send(connection):
        number, (method, path, body) = requests.pop()
        text = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(text)}\r\n\r\n"
        busy[connection.fileno()], held[connection.fileno()] = (number, connection), b""
        connection.sendall(head.encode() + text)

    for _ in range(min(CONNECTIONS, len(requests))):
        connection = socket.create_connection(("127.0.0.1", port))
        epoll.register(connection.fileno(), select.EPOLLIN)
        send(connection)
    while busy:
        ready = epoll.poll(SILENCE)
        if not ready:
            raise RuntimeError(f"no answer for {SILENCE} s; {len(busy)} are asked for")
        for descriptor, _ in ready:
            number, connection = busy[descriptor]
            piece = connection.recv(1 << 20)
            if not piece:
                raise RuntimeError("the gateway has closed a connection")
            held[descriptor] += piece
            head, ended, body = held[descriptor].partition(b"\r\n\r\n")
            if not ended:
                continue
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            if len(body) < int(length or 0):
                continue
            del busy[descriptor]
            take(number, int(head[9:12]), json.loads(body) if body else None)
            if requests:
                send(connection)
            else:
                epoll.unregister(descriptor)
                connection.close()
    epoll.close()

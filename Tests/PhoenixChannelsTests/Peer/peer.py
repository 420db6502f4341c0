"""A websocket server that shares no code with the client: enough of Phoenix V2 to join and echo, and to misbehave.

    peer.py CERTIFICATES

It prints the ports it listens on as one JSON object, by name; it ends with its standard input, and the folder with it.
A push's event says what is to be done, its payload how; what the peer saw is in the reply.
"""

import base64
import json
import os
import shutil
import socket
import ssl
import sys
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

FOLDER = sys.argv[1]
MAX_SIZE = 4 * 1024 * 1024
# A client that went away must not hold a thread for ever.
TIMEOUT = 600


def handle(websocket):
    try:
        for message in websocket:
            if isinstance(message, bytes):
                echo_binary(websocket, message)
            else:
                receive(websocket, *json.loads(message))
    except ConnectionClosed:
        pass


def echo_binary(websocket, message):
    lengths = list(message[1:5])
    names, rest = message[5 : 5 + sum(lengths)], message[5 + sum(lengths) :]
    join_ref, ref = names[: lengths[0]], names[lengths[0] :][: lengths[1]]
    topic = names[sum(lengths[:2]) :][: lengths[2]]
    head = bytes([1, len(join_ref), len(ref), len(topic), 2])
    websocket.send(head + join_ref + ref + topic + b"ok" + rest)


def receive(websocket, join_ref, ref, topic, event, payload):
    def reply(response, status="ok"):
        return json.dumps([join_ref, ref, topic, "phx_reply", {"response": response, "status": status}])

    match event:
        case "phx_join" | "phx_leave" | "heartbeat":
            websocket.send(reply({}))
        case "echo":
            websocket.send(reply(payload))
        case "fragments":
            text = reply({"data": "\u20ac" * payload["size"]})
            step = max(1, len(text) // payload["pieces"])
            websocket.send(text[at : at + step] for at in range(0, len(text), step))
        case "big":
            websocket.send(reply({"data": "b" * payload["size"]}))
        case "ping":
            waiter = websocket.ping(payload["data"])
            threading.Thread(target=lambda: websocket.send(reply({"ponged": waiter.wait(TIMEOUT)}))).start()
        case "request":
            headers = {name.lower(): value for name, value in websocket.request.headers.raw_items()}
            extensions = len(websocket.protocol.extensions)
            websocket.send(reply({"path": websocket.request.path, "headers": headers, "extensions": extensions}))
        case "close":
            websocket.close(payload["code"], payload["reason"])
        case "drop":
            websocket.socket.shutdown(socket.SHUT_RDWR)
        case "raw":
            websocket.socket.sendall(base64.b64decode(payload["bytes"]))
        case _:
            websocket.send(reply({"reason": "unknown event"}, "error"))


class PatientSocket(ssl.SSLSocket):
    """Reads what still comes behind a failed handshake, so that closing doesn't take the alert back."""

    def do_handshake(self, block=False):
        try:
            super().do_handshake(block)
        except ssl.SSLError:
            socket.socket.shutdown(self, socket.SHUT_WR)
            while socket.socket.recv(self, 4096):
                pass
            raise


def context(name, wants_client=False):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.sslsocket_class = PatientSocket
    tls.load_cert_chain(f"{FOLDER}/{name}.pem", f"{FOLDER}/{name}.key")
    if wants_client:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(f"{FOLDER}/ca.pem")
    return tls


def start(tls=None):
    """Listens in a thread of its own, and returns the port."""
    server = serve(
        handle, "127.0.0.1", 0, ssl=tls, compression="deflate", max_size=MAX_SIZE, ping_interval=None,
        open_timeout=TIMEOUT, close_timeout=TIMEOUT,
        select_subprotocol=lambda _, offered: "phoenix" if "phoenix" in offered else None,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.socket.getsockname()[1]


def proxy(authorization=None):
    """An HTTP proxy that knows CONNECT alone."""
    listener = socket.create_server(("127.0.0.1", 0))

    def relay(source, target):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def tunnel(client):
        with client:
            client.settimeout(TIMEOUT)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            request, *lines = head.decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines if line)
            if authorization and headers.get("proxy-authorization") != authorization.lower():
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
                return
            method, target, _ = request.split(" ")
            host, port = target.rsplit(":", 1)
            if method != "CONNECT" or headers.get("host") != target:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            with socket.create_connection((host, int(port))) as upstream:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=relay, args=(upstream, client), daemon=True)
                back.start()
                relay(client, upstream)
                back.join()

    def accept():
        while True:
            threading.Thread(target=tunnel, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


threading.excepthook = lambda _: None
print(
    json.dumps({
        "plain": start(),
        "tls": start(context("server")),
        "address": start(context("address")),
        "elsewhere": start(context("elsewhere")),
        "expired": start(context("expired")),
        "future": start(context("future")),
        "mutual": start(context("server", wants_client=True)),
        "proxy": proxy(),
        "proxyWithPassword": proxy("Basic " + base64.b64encode(b"me:secret").decode()),
    }),
    flush=True,
)
sys.stdin.read()
shutil.rmtree(FOLDER)
os._exit(0)

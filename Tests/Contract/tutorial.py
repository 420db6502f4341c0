"""The README's walk-through with the client that was generated from openapi.yaml."""

import os

from client import Client
from client.api.pushes import get_reply, push
from client.api.reads import await_message, read_events, read_messages
from client.api.sessions import create_session, delete_session, get_session
from client.api.topics import join_topic, leave_topic
from client.models import AwaitMessageBody, JoinTopicBody, JoinTopicBodyParamsType0, Problem, Push, SessionSpec

TOPIC = "rooms:lobby"


def expect(seen, wanted):
    if seen != wanted:
        raise SystemExit(f"{seen!r}, and not {wanted!r}")


def pushes(event, payload=None):
    body = Push(event=event)
    if payload is not None:
        body.payload = payload
    return body


with Client(base_url=os.environ["SLIPGATE"]) as client:
    session = create_session.sync(client=client, body=SessionSpec(uri=os.environ["UPSTREAM"]))
    expect(get_session.sync(session.id, client=client).state, "connected")

    params = JoinTopicBodyParamsType0.from_dict({"fizz": "buzz"})
    topic = join_topic.sync(session.id, TOPIC, client=client, body=JoinTopicBody(params=params))
    expect((topic.topic, topic.state), (TOPIC, "joined"))

    sent = push.sync(session.id, TOPIC, client=client, body=pushes("quicksand", {"a": "b"}))
    expect(sent.reply_url, f"/sessions/{session.id}/replies/{sent.ref}")

    reply = push.sync(session.id, TOPIC, client=client, body=pushes("ping"), wait="5s")
    expect((reply.status, reply.response), ("ok", {"pong": "pong"}))
    again = get_reply.sync(session.id, reply.ref, client=client)
    expect((again.status, again.topic), ("ok", TOPIC))

    told = push.sync(session.id, TOPIC, client=client, body=pushes("push to me"))
    pattern = AwaitMessageBody(topic=TOPIC, event="foo", payload={"bar": "baz"}, after=told.cursor)
    found = await_message.sync(session.id, client=client, body=pattern)
    expect(found.message.payload, {"bar": "baz"})

    page = read_messages.sync(session.id, client=client)
    expect([entry.event for entry in page.messages], ["foo"])
    kinds = [entry.kind for entry in read_events.sync(session.id, client=client).events]
    expect(kinds, ["connected", "joined", "reply", "message"])

    expect(leave_topic.sync_detailed(session.id, TOPIC, client=client).status_code, 204)
    expect(delete_session.sync_detailed(session.id, client=client).status_code, 204)
    problem = get_session.sync(session.id, client=client)
    expect(isinstance(problem, Problem) and (problem.status, problem.reason), (410, "deleted"))

print("a generated client made the tutorial's calls")

"""A gateway as one would write it with aiohttp and websockets: POST /push with {"event", "payload"} is answered with
the reply. Usage: gateway.py PORT, the demo server's; prints its own."""

import asyncio
import itertools
import json
import sys

import websockets
from aiohttp import web

TOPIC = "rooms:lobby"


class Channel:
    def __init__(self, websocket):
        self.websocket = websocket
        self.refs = itertools.count(1)
        self.waiting = {}

    async def push(self, event, payload):
        ref = str(next(self.refs))
        reply = asyncio.get_running_loop().create_future()
        self.waiting[ref] = reply
        await self.websocket.send(json.dumps(["1", ref, TOPIC, event, payload]))
        try:
            return await asyncio.wait_for(reply, 5)
        finally:
            self.waiting.pop(ref, None)

    async def read(self):
        async for text in self.websocket:
            _, ref, _, event, payload = json.loads(text)
            if event == "phx_reply" and (reply := self.waiting.get(ref)) and not reply.done():
                reply.set_result(payload)


async def main():
    url = f"ws://127.0.0.1:{sys.argv[1]}/socket/websocket?vsn=2.0.0"
    async with websockets.connect(url) as websocket:
        channel = Channel(websocket)
        reading = asyncio.create_task(channel.read())
        await channel.push("phx_join", {})

        async def push(request):
            body = await request.json()
            try:
                return web.json_response(await channel.push(body["event"], body.get("payload", {})))
            except TimeoutError:
                return web.json_response({"error": "no reply"}, status=504)

        app = web.Application()
        app.router.add_post("/push", push)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"listens on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await reading


asyncio.run(main())

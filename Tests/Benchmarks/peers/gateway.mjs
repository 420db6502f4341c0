// A gateway as one would write it with Node's http and its own WebSocket: POST /push with {"event", "payload"} is answered
// with the reply. Usage: gateway.mjs PORT, the demo server's; prints its own.
import http from 'node:http'

const topic = 'rooms:lobby'
const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/socket/websocket?vsn=2.0.0`)
const waiting = new Map()
let lastRef = 0

function push(event, payload) {
  const ref = String(++lastRef)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(ref)
      reject(new Error('no reply'))
    }, 5000)
    waiting.set(ref, (reply) => {
      clearTimeout(timer)
      resolve(reply)
    })
    socket.send(JSON.stringify(['1', ref, topic, event, payload]))
  })
}

socket.onmessage = (message) => {
  const [, ref, , event, payload] = JSON.parse(message.data)
  const answer = waiting.get(ref)
  if (event !== 'phx_reply' || !answer) return
  waiting.delete(ref)
  answer(payload)
}

await new Promise((resolve) => (socket.onopen = resolve))
await push('phx_join', {})

const server = http.createServer((request, response) => {
  if (request.method !== 'POST' || request.url !== '/push') return response.writeHead(404).end()
  let text = ''
  request.on('data', (piece) => (text += piece))
  request.on('end', async () => {
    try {
      const body = JSON.parse(text)
      const reply = await push(body.event, body.payload ?? {})
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply))
    } catch (error) {
      response.writeHead(504, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: error.message }))
    }
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))

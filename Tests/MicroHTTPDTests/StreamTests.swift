import Dispatch
import HTTPCore
import HTTPTypes
import MicroHTTPD
import TestSupport
import Testing

/// Bodies that are written over time.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StreamTests {
    /// A client whose stream has begun, and the stream.
    private static func open(_ server: TestServer, version: String = "HTTP/1.1") async throws -> (
        client: HTTPTestClient, stream: ResponseStream
    ) {
        let before = server.streams.count
        let client = try server.client()
        try client.socket.send("GET /stream \(version)\r\nHost: h\r\n\r\n")
        try await until { server.streams.count > before }
        return (client, server.streams[before])
    }

    @Test func recordsArriveAsTheyAreWritten() async throws {
        try await TestServer.with { server in
            let (client, stream) = try await Self.open(server)
            let head = String(decoding: try client.socket.receiveHead(), as: UTF8.self)
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(head.contains("Transfer-Encoding: chunked"))
            #expect(try client.receiveChunk() == "begin;")
            for number in 0..<50 {
                #expect(stream.write(Array("\(number);".utf8)))
                #expect(try client.receiveChunk() == "\(number);")
            }
            #expect(server.requestsInFlight == 1)
            stream.finish(Array("end".utf8))
            #expect(try client.receiveChunk() == "end")
            #expect(try client.receiveChunk() == "")
            try await until { stream.end == .finished }
            #expect(!stream.write([1]))
            // The connection goes on.
            #expect(try client.request("GET", "/next").text == "GET next\n")
        }
    }

    @Test func aStreamThatIsFinishedIsReadInTheTimeOfAnAnswerOrEndsItsConnection() async throws {
        try await TestServer.with {
            ($0.answerTime, $0.sweepInterval, $0.idleSeconds) = (.seconds(1), .milliseconds(20), 0)
        } _: { server in
            let (client, stream) = try await Self.open(server)
            stream.finish([UInt8](repeating: 0x20, count: EchoResponder.large))
            try await until { server.openConnections == 0 }
            #expect(stream.end == .gone && server.heldBytes.answers == 0)
            #expect(try client.socket.receiveToEnd().count < EchoResponder.large)
        }
    }

    @Test func http10ReadsToTheEndOfTheConnection() async throws {
        try await TestServer.with { server in
            let (client, stream) = try await Self.open(server, version: "HTTP/1.0")
            stream.write(Array("a;".utf8))
            stream.finish(Array("end".utf8))
            let all = String(decoding: try client.socket.receiveToEnd(), as: UTF8.self)
            #expect(all.hasSuffix("\r\n\r\nbegin;a;end"))
            #expect(!all.contains("chunked"))
        }
    }

    @Test func headGetsNoStream() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            let answer = try client.request("HEAD", "/stream")
            #expect(answer.status == 200)
            #expect(answer["Content-Length"] == nil && answer["Connection"] == "close")
            #expect(try client.socket.receiveToEnd().isEmpty)
            try await until { server.streams.first?.end == .gone }
        }
    }

    @Test(arguments: [false, true]) func theWriterLearnsThatAClientHasGone(_ reset: Bool) async throws {
        try await TestServer.with { server in
            let (client, stream) = try await Self.open(server)
            _ = try client.socket.receiveHead()
            if reset { client.socket.reset() } else { client.socket.finish() }
            try await until { stream.end == .gone }
            #expect(!stream.write([1]))
            try await until { server.requestsInFlight == 0 }
            try await until { server.openConnections == 0 }
        }
    }

    @Test func aReaderThatStopsReadingIsCutOffAndCostsABoundedBuffer() async throws {
        try await TestServer.with { server in
            let (client, stream) = try await Self.open(server)
            let record = [UInt8](repeating: UInt8(ascii: "x"), count: 500)
            // The sockets take some megabytes first: it is written on as long as what was written is taken.
            let written = Counter()
            @Sendable func writeOn() {
                stream.onDrained {
                    _ = written.next()
                    stream.write(record)
                    writeOn()
                }
            }
            DispatchQueue.global().async { writeOn() }
            var before = 0
            try await until {
                defer { before = written.count }
                return before > 100 && written.count == before && stream.buffered > 0
            }
            #expect(stream.end == nil)
            var most = 0
            while stream.write(record) { most = max(most, stream.buffered) }
            #expect(stream.end == .tooSlow)
            #expect(most > 0 && most <= EchoResponder.streamBuffer)
            #expect(stream.buffered == 0)
            try await until { server.openConnections == 0 }
            #expect(server.requestsInFlight == 0)
            // What was on its way still comes, and then no end of the chunks.
            let rest = try client.socket.receiveToEnd()
            #expect(!rest.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)))
        }
    }

    /// The connection may be sending, asleep, or about to ask for more.
    @Test func aReaderThatIsCutOffLosesItsConnectionAtOnceWhateverTheServerIsAt() async throws {
        try await TestServer.with { server in
            let record = [UInt8](repeating: UInt8(ascii: "x"), count: EchoResponder.streamBuffer)
            for _ in 0..<200 {
                let (client, stream) = try await Self.open(server)
                while stream.write(record) {}
                #expect(stream.end == .tooSlow)
                try await until { server.openConnections == 0 }
                _ = client
            }
        }
    }

    @Test func aWriterThatWaitsForTheReaderIsNeverCutOff() async throws {
        try await TestServer.with { server in
            let (client, stream) = try await Self.open(server)
            let record = [UInt8](repeating: UInt8(ascii: "x"), count: EchoResponder.streamBuffer)
            let count = 20_000
            Self.writeOn(stream, record, count)
            let body = try client.receiveChunks()
            #expect(body.utf8.count == "begin;".utf8.count + count * record.count)
            #expect(stream.end == .finished)
        }
    }

    private static func writeOn(_ stream: ResponseStream, _ record: [UInt8], _ count: Int) {
        guard count > 0 else { return stream.finish() }
        stream.onDrained {
            stream.write(record)
            writeOn(stream, record, count - 1)
        }
    }

    @Test func aPromiseMayBeKeptWithAStream() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            let stream = ResponseStream()
            stream.write(Array("one;".utf8))
            server.promises[0].fulfill(Response(status: .ok, stream: stream))
            stream.finish(Array("two".utf8))
            #expect(try client.receiveChunks() == "one;two")
        }
    }
}

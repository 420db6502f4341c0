import Foundation
import Logging
import TestSupport
import Testing

@testable import Logs

/// Nobody waits for a log.
@Suite(.timeLimit(.minutes(10))) struct LogWriterTests {
    private func line(_ number: Int) -> [UInt8] { Array("line \(number)\n".utf8) }

    @Test func linesAreWrittenInOrderAndWholeByTheEndOfAFlush() throws {
        let pipe = Pipe()
        let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<1_000 { writer.write(line(number)) }
        #expect(writer.flush(within: .seconds(600)))
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text == (0..<1_000).map { "line \($0)\n" }.joined())
        #expect(writer.dropped == 0)
    }

    @Test func aPipeThatNobodyReadsHoldsNobodyUpAndWhatDoesNotFitIsCounted() throws {
        let pipe = Pipe()
        let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, room: 4_096)
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1_023) + [UInt8(ascii: "\n")]
        var count = 0
        var polled = pollfd(fd: pipe.fileHandleForWriting.fileDescriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&polled, 1, 0) > 0 {
            writer.write(long)
            count += 1
        }
        // Four lines fit into the buffer, as many may be on their way, and a pipe that polls as full has room in its last
        // page, for as many at the most.
        let before = writer.dropped
        for _ in 0..<100 { writer.write(long) }
        #expect(writer.dropped - before >= 88)
        // Once it is read again, lines go on, each whole.
        let reader = PipeReader(pipe)
        #expect(writer.flush(within: .seconds(600)))
        writer.write(line(7))
        #expect(writer.flush(within: .seconds(600)))
        try pipe.fileHandleForWriting.close()
        let lines = reader.bytes().split(separator: UInt8(ascii: "\n"))
        #expect(lines.last.map { Array($0) + [UInt8(ascii: "\n")] } == line(7))
        #expect(lines.dropLast().allSatisfy { $0.count == 1_023 })
        #expect(lines.count + writer.dropped == count + 101)
    }

    /// As a shell or a supervisor may leave it: full is no error then, and costs no line.
    @Test func aPipeThatDoesNotBlockIsWaitedForAndNoLineIsLost() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
        let writer = LogWriter(descriptor: descriptor)
        // More than the pipe holds, and less than the buffer does.
        let lines = (0..<20_000).map(line)
        for line in lines { writer.write(line) }
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        try await until { poll(&polled, 1, 0) == 0 }
        let reader = PipeReader(pipe)
        #expect(writer.flush(within: .seconds(600)))
        try pipe.fileHandleForWriting.close()
        #expect(reader.bytes() == Array(lines.joined()) && writer.dropped == 0)
    }

    @Test func aFullDiskIsCountedAndNoMore() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let writer = LogWriter(descriptor: full.fileDescriptor)
        for number in 0..<10 { writer.write(line(number)) }
        #expect(writer.flush(within: .seconds(600)))
        #expect(writer.dropped == 10)
        try full.close()
    }

    @Test func aLoggerWritesItsMetadataAndWhatIsBelowItsLevelNot() throws {
        let pipe = Pipe()
        let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        var logger = LineLogHandler.logger("test", .notice, format: .text, writer: writer)
        logger[metadataKey: "a"] = "1"
        logger.info("Not this")
        logger.notice("This", metadata: ["b": "2"])
        #expect(writer.flush(within: .seconds(600)))
        let text = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text.hasSuffix(" notice test: This a=1 b=2\n") && !text.contains("Not this"))
    }
}

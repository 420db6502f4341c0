import Foundation
import PhoenixChannels
import TestSupport

/// A document, and what another parser makes of it: a line of `documents.py`.
struct ComparedDocument {
    private let isJSON: Bool
    private let isForPhoenix: Bool
    private let document: [UInt8]
    /// The same value written differently, and another value; none where it is no JSON.
    private let others: [[UInt8]]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private init(_ line: Substring) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        isJSON = line.hasPrefix("1")
        isForPhoenix = words[0].hasSuffix("1")
        let texts = words.dropFirst().map { Bytes.unhexed($0) }
        guard let document = texts.first, texts.count == (isJSON ? 3 : 1) else {
            throw Failure(description: "a line of \(words.count) words")
        }
        self.document = document
        others = Array(texts.dropFirst())
    }

    /// Random ones that the seed repeats.
    static func random(seed: Int, count: Int) throws -> [ComparedDocument] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "documents.py")
        let folder = Slipgate.root.appending(path: "Tests/Support/Fixtures/wire")
        let recordings = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".jsonl") }.map { folder.appending(path: $0).path }
        let output = Pipe()
        // What a sanitizer preloads is not Python's.
        let environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/env"), ["python3", script.path, "\(seed)", "\(count)"] + recordings,
            environment: environment, output: output)
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let documents = try lines.split(separator: "\n").map { try ComparedDocument($0) }
        guard process.waitForExit() == 0, documents.count == count else {
            throw Failure(description: "documents.py \(seed) \(count) gave \(documents.count)")
        }
        return documents
    }

    /// Whether the other parser takes it.
    var isTaken: Bool { isJSON }

    /// What ours takes differently, in words; nil where both agree.
    var difference: String? {
        let text = try? JSONText(validating: document, limits: .lenient)
        let isTakenForPhoenix = (try? JSONText(validating: document, limits: .phoenix)) != nil
        if (text != nil) != isJSON { return words("taken: \(text != nil), by the other parser: \(isJSON)") }
        if isTakenForPhoenix != isForPhoenix {
            return words("for Phoenix: \(isTakenForPhoenix), by the other parser: \(isForPhoenix)")
        }
        guard let text else { return nil }
        for (other, isSame) in zip(others, [true, false]) {
            guard let value = try? JSONText(validating: other, limits: .lenient) else {
                return words("what the other parser wrote is refused: \(Bytes.shown(other))")
            }
            let found = [text.slice.isEqual(to: value.slice), value.slice.isEqual(to: text.slice)]
            if found != [isSame, isSame] { return words("equal: \(found), to \(Bytes.shown(other)): \(isSame)") }
        }
        return nil
    }

    private func words(_ what: String) -> String { "\(Bytes.shown(document)): \(what)" }
}

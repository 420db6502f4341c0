import Foundation
import PhoenixChannels

/// One recording of a real Phoenix server: `Fixtures/wire/NAME.jsonl`, never changed.
package struct Transcript: Sendable, CustomStringConvertible {
    /// The file's name without its extension.
    package let name: String
    package let rows: [TranscriptRow]

    package var description: String { name }

    /// Every recording, in the order of the names.
    package static var all: [Transcript] {
        get throws { try loaded.get() }
    }

    /// The recording of this name.
    package static func named(_ name: String) throws -> Transcript {
        guard let transcript = try all.first(where: { $0.name == name }) else {
            throw TranscriptError(transcript: name, line: 0, detail: "there is no such recording")
        }
        return transcript
    }

    private static let loaded = Result { try load() }

    private static func load() throws -> [Transcript] {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/wire") else {
            throw TranscriptError(transcript: "all", line: 0, detail: "the bundle has no resources")
        }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return
            try files
            .filter { $0.pathExtension == "jsonl" }
            .map { try Transcript(name: $0.deletingPathExtension().lastPathComponent, content: Data(contentsOf: $0)) }
            .sorted { $0.name < $1.name }
    }

    /// Reads the lines of a recording; an error says which.
    package init(name: String, content: some Collection<UInt8>) throws {
        self.name = name
        rows = try content.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            do {
                return try TranscriptRow(JSONText(validating: line, limits: .lenient).slice)
            } catch {
                throw TranscriptError(transcript: name, line: index + 1, detail: "\(error)")
            }
        }
    }
}

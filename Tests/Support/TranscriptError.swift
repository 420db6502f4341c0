/// A recording that isn't there, or a line of it that can't be read; lines count from 1.
package struct TranscriptError: Error, CustomStringConvertible {
    package let transcript: String
    package let line: Int
    package let detail: String

    package var description: String { "\(transcript):\(line): \(detail)" }
}

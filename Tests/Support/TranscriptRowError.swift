/// A member that a line must have and has not, or not in its form.
enum TranscriptRowError: Error {
    case missing(String)
}

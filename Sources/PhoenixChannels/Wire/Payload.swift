/// What a message carries: JSON text, passed on byte for byte, or the bytes of a binary frame.
public enum Payload: Sendable, Hashable {
    /// The text of any JSON value; what Phoenix itself sends are objects.
    case json(JSONText)
    /// The data behind a binary frame's header.
    case binary([UInt8])
}

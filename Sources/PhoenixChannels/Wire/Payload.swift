/// What a message carries: JSON text, passed on byte for byte, or the bytes of a binary frame.
public enum Payload: Sendable, Hashable {
    case json(JSONText)
    case binary([UInt8])
}

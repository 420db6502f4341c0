/// Why a frame could not be read, or a message not be written.
package enum WireError: Error, Equatable {
    case notJSON(JSONError)
    /// A text frame's value is something else than an array.
    case notAnArray
    /// A text frame's array has fewer than the five elements.
    case tooFewElements
    /// An element, named, is of the wrong kind.
    case badElement(String)
    /// A binary frame ends inside its header or its names.
    case binaryTooShort
    case unknownBinaryKind(UInt8)
    /// A name, named, has more than 255 bytes, or is not UTF-8: a binary frame can't carry it.
    case badName(String)
}

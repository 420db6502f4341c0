/// What must hold of everything that reads bytes from outside, whatever they are.
///
/// Fuzzers look for bytes that it doesn't hold for, and tests try those that were found, and more.
package enum FuzzProperty: String, CaseIterable, Sendable {
    case accept = "Accept"
    case address = "Address"
    case binaryEnvelope = "BinaryEnvelope"
    case body = "Body"
    case cursor = "Cursor"
    case duration = "Duration"
    case envelope = "Envelope"
    case forwarded = "Forwarded"
    case json = "JSON"
    case pattern = "Pattern"
    case query = "Query"
    case target = "Target"
    case trace = "Trace"
    case uri = "URI"

    package func check(_ input: [UInt8]) throws(Violation) {
        switch self {
        case .accept: try AcceptProperty.check(input)
        case .address: try AddressProperty.check(input)
        case .binaryEnvelope: try BinaryEnvelopeProperty.check(input)
        case .body: try GatewayProperty.checkBody(input)
        case .cursor: try CursorProperty.check(input)
        case .duration: try DurationProperty.check(input)
        case .envelope: try EnvelopeProperty.check(input)
        case .forwarded: try ForwardedProperty.check(input)
        case .json: try JSONProperty.check(input)
        case .pattern: try PatternProperty.check(input)
        case .query: try GatewayProperty.checkQuery(input)
        case .target: try TargetProperty.check(input)
        case .trace: try TraceProperty.check(input)
        case .uri: try URIProperty.check(input)
        }
    }
}

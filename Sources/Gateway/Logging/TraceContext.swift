import HTTPCore
import HTTPTypes
import PhoenixChannels

/// The trace that a request is part of, as its `traceparent` says (W3C Trace Context, section 3.2).
package struct TraceContext: Sendable, Equatable {
    /// 32 hexadecimal digits.
    package let traceID: String
    /// What is passed on as `traceparent`.
    package let header: String
    /// What is passed on with it as `tracestate`, as it came.
    private var state: String?

    /// The version that this knows; later ones may have more behind it.
    private static let version = Array("00".utf8)
    private static let invalidVersion = Array("ff".utf8)
    private static let length = 55
    /// A later version's header is longer; this is enough for any that is one.
    private static let maxLength = 256
    /// What is to be passed on at the least (section 3.3.1.5); more is left out.
    private static let maxState = 512

    /// Nil where there is none, or one that isn't valid.
    init?(_ fields: HTTPFields) {
        guard let header = fields.value(of: .traceparent) else { return nil }
        self.init(header)
        if let state = fields.value(of: .tracestate), (1...Self.maxState).contains(state.utf8.count) {
            self.state = state
        }
    }

    /// Nil for what isn't valid, which is to be passed over.
    package init?(_ header: String) {
        let bytes = Array(header.utf8)
        guard (Self.length...Self.maxLength).contains(bytes.count) else { return nil }
        let (version, trace) = (bytes[0..<2], bytes[3..<35])
        let (parent, flags) = (bytes[36..<52], bytes[53..<55])
        guard [version, trace, parent, flags].allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { return nil }
        guard [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        guard !version.elementsEqual(Self.invalidVersion), [trace, parent].allSatisfy(Self.isSet) else { return nil }
        if version.elementsEqual(Self.version) {
            guard bytes.count == Self.length else { return nil }
        } else {
            guard bytes.count == Self.length || bytes[Self.length] == UInt8(ascii: "-") else { return nil }
        }
        traceID = String(decoding: trace, as: UTF8.self)
        // Who doesn't know a version makes the parts that it knows into its own.
        self.header = "00-\(traceID)-" + String(decoding: bytes[36..<Self.length], as: UTF8.self)
    }

    /// What the request to the next one is to have.
    var headers: [Endpoint.Header] {
        [Endpoint.Header(name: HTTPField.Name.traceparent.canonicalName, value: header)]
            + (state.map { [Endpoint.Header(name: HTTPField.Name.tracestate.canonicalName, value: $0)] } ?? [])
    }

    private static func isSet(_ digits: ArraySlice<UInt8>) -> Bool { digits.contains { $0 != UInt8(ascii: "0") } }

    /// Lower case only.
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

import Gateway

/// A `traceparent`: what is passed on is one of the version that is known, of the same trace, and passed on as it is.
enum TraceProperty {
    static func check(_ input: [UInt8]) throws(Violation) {
        guard let text = text(input), let trace = TraceContext(text) else { return }
        try require(trace.header.utf8.count == 55 && trace.header.hasPrefix("00-"), "\(trace.header) is passed on")
        try require(trace.header.utf8.dropFirst(3).elementsEqual(input[3..<55]), "its parts are others")
        try require(trace.traceID.utf8.elementsEqual(input[3..<35]), "its trace is \(trace.traceID)")
        try require(!input.starts(with: "ff".utf8), "the invalid version was taken")
        let again = try required(TraceContext(trace.header), "\(trace.header) isn't taken")
        try require(again.header == trace.header && again.traceID == trace.traceID, "passed on, it is another")
    }
}

import HTTPCore
import HTTPTypes
import Testing

/// The table of header names.
@Suite struct HeaderNameTests {
    @Test(arguments: HeaderName.allCases)
    func eachIsWrittenAsItIsSpelt(_ name: HeaderName) {
        #expect(name.field.rawName == name.rawValue)
    }

    @Test func eachShortNameIsItsOwn() {
        let short: [HTTPField.Name] = [
            .host, .forwarded, .idempotencyKey, .lastEventID, .prefer, .preferenceApplied, .rateLimit,
            .rateLimitPolicy, .secFetchSite, .serverTiming, .slipgateCursor, .slipgateNode, .slipgateRef,
            .slipgateStatus, .accelBuffering, .forwardedFor, .forwardedHost, .forwardedPrefix, .forwardedProto,
            .realIP,
            .requestID,
        ]
        #expect(short == HeaderName.allCases.map(\.field))
    }
}

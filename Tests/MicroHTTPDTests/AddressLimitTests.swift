import HTTPCore
import Testing

@testable import MicroHTTPD

/// How many connections an address has.
@Suite struct AddressLimitTests {
    @Test func anAddressHasSoManyAndWhatItGivesBackItMayTakeAgain() {
        let limit = AddressLimit(2)
        let (one, other) = (IPAddress("127.0.0.1"), IPAddress("::1"))
        #expect(limit.take(one) && limit.take(one) && !limit.take(one))
        #expect(limit.take(other))
        limit.giveBack(one)
        #expect(limit.take(one) && !limit.take(one))
        for _ in 0..<2 { limit.giveBack(one) }
        #expect(limit.take(one) && limit.take(one) && !limit.take(one))
    }

    @Test func withoutALimitOrAnAddressAnyNumberIsTaken() {
        for limit in [AddressLimit(0), AddressLimit(1)] {
            let address = limit.take(IPAddress("127.0.0.1")) && limit.take(IPAddress("127.0.0.1"))
            #expect(address == limit.take(IPAddress("127.0.0.1")))
            for _ in 0..<3 { #expect(limit.take(nil)) }
            limit.giveBack(nil)
        }
    }
}

import FuzzProperties
import Glibc

/// The property that is fuzzed: libFuzzer has the arguments to itself.
private let property: FuzzProperty = {
    let name = getenv("SLIPGATE_FUZZ_PROPERTY").map { String(cString: $0) } ?? ""
    guard let property = FuzzProperty(rawValue: name) else {
        fatalError("SLIPGATE_FUZZ_PROPERTY must be one of \(FuzzProperty.allCases.map(\.rawValue))")
    }
    return property
}()

/// One input: what the property doesn't hold for is a trap, which libFuzzer keeps.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do throws(Violation) {
        try property.check(Array(UnsafeBufferPointer(start: data, count: size)))
    } catch {
        fatalError("\(property.rawValue): \(error)")
    }
    return 0
}

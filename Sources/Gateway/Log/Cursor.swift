/// A position in an event log: behind the entry with this number, 0 being the log's start.
///
/// The epoch is drawn anew with every log, so that a cursor of another log is seen as such and never misread.
package struct Cursor: Sendable, Hashable, CustomStringConvertible {
    /// How long an epoch's name is: 47 random bits, since one is compared with a few others only.
    static let epochDigits = 8

    package let epoch: String
    package let sequence: UInt64

    package init(epoch: String, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads `<epoch>-<seq>` as it is written; nil for anything else, zeros in front of the number included.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            parts[0].utf8.allSatisfy(Base62.isDigit), let sequence = UInt64(parts[1]),
            parts[1].utf8.first != UInt8(ascii: "0") || sequence == 0 && parts[1].utf8.count == 1
        else { return nil }
        self.init(epoch: String(parts[0]), sequence: sequence)
    }

    package var description: String { "\(epoch)-\(sequence)" }

    /// Appends its description: an entry has one, and is written often.
    func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: epoch.utf8)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(of: sequence)
    }
}

/// Random names of digits and letters.
package enum Base62 {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// What ten digits can be, so that a draw, which is a system call, gives as many.
    private static let tenDigits = UInt64(839_299_365_868_340_224)

    /// `length` digits, each drawn from the system's random numbers: 5.95 bits a digit.
    package static func random(_ length: Int) -> String {
        var drawn: UInt64 = 0
        let text = (0..<length).map { place in
            if place.isMultiple(of: 10) { drawn = UInt64.random(in: 0..<tenDigits) }
            defer { drawn /= 62 }
            return digits[Int(drawn % 62)]
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

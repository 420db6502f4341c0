import Gateway
import HTTPCore
import HTTPTypes

/// An `Accept` header: whatever it is, it gets a format or 406, in any case of its letters and with blanks around it.
enum AcceptProperty {
    private typealias Outcome = Result<ReadFormat, Problem>

    static func check(_ input: [UInt8]) throws(Violation) {
        let accept = String(decoding: input, as: UTF8.self)
        let format = format(accept)
        let loud = Self.format(String(decoding: input.map { upper($0) }, as: UTF8.self))
        try require(code(format) == code(loud), "in capitals it is another")
        try require(code(format) == code(Self.format(" \(accept)\t")), "with blanks it is another")
        switch format {
        case .failure(let problem):
            try require(problem.status.code == 406, "the status is \(problem.status.code)")
        case .success(let format):
            // Naming it once more, wanted less, must leave something to answer with.
            let more = Self.format("\(accept), \(format.mediaType);q=0.001")
            guard !accept.contains("\"") else { return }
            try require(code(more) != 406, "wanted more of, nothing is left")
        }
    }

    private static func format(_ accept: String) -> Outcome {
        guard let target = try? RequestTarget(Array("/".utf8)) else { return .success(.json) }
        let request = Request(id: "r", method: .get, target: target, headers: [.accept: accept])
        do throws(Problem) {
            return .success(try ReadFormat(request))
        } catch {
            return .failure(error)
        }
    }

    /// The place of the format, or the problem's status.
    private static func code(_ outcome: Outcome) -> Int {
        switch outcome {
        case .success(let format): ReadFormat.allCases.firstIndex(of: format) ?? -1
        case .failure(let problem): problem.status.code
        }
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    }
}

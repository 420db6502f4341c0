import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// Sends the corpus of hostile requests to a running gateway, as bytes over TCP.
@Suite(.serialized, .timeLimit(.minutes(30))) struct HostileRequestTests {
    /// How it is sent: whole, or in pieces so small that no read of the gateway's ends where a line does; and the form of the
    /// log meanwhile.
    struct Way: Sendable, CustomTestStringConvertible {
        let format: String
        let piece: Int

        var testDescription: String {
            piece == .max ? "whole, the log as \(format)" : "in pieces of \(piece), the log as \(format)"
        }

        /// Small ones for what is small: a body of 1 MiB would take a million writes.
        func piece(of bytes: [UInt8]) -> Int { bytes.count > 4_096 ? max(piece, 1_000) : piece }
    }

    @Test(arguments: [Way(format: "text", piece: .max), Way(format: "json", piece: 1)])
    func eachIsAnsweredAsTheCorpusSaysAndLeavesNothing(_ way: Way) throws {
        // Those that must wait for their end don't wait long; the others have all the time that a busy machine takes.
        let patient = try HostileGateway("--head-time", "10m", "--body-time", "10m", log: way.format)
        let hasty = try HostileGateway(
            "--head-time", "2s", "--body-time", "2s", "--keep-alive", "8s", log: way.format)
        let before = (patient: try atRest(patient), hasty: try atRest(hasty))
        var answered: Set<String> = []
        for (index, entry) in try HostileRequest.all.get().enumerated() {
            let isPatient = entry.ending == .marker
            let gateway = isPatient ? patient : hasty
            let marker = "marker-\(index)"
            let bytes = try entry.bytes(session: gateway.session, marker: marker)
            let came: [UInt8]
            do {
                // In pieces it may not come in time where that is short.
                came = try entry.send(bytes, toPort: gateway.port, piece: isPatient ? way.piece(of: bytes) : .max)
            } catch {
                Issue.record(error, "\(entry.description)")
                continue
            }
            let answers = try HostileAnswer.all(in: came, toHead: bytes.starts(with: Array("HEAD ".utf8)))
            check(answers, entry, marker: marker)
            if answers.last?.requestID == marker { answered.insert(marker) }
            let left = isPatient ? before.patient : before.hasty
            try untilHeld { (try? gateway.leftovers().isNone(beside: left)) == true }
        }
        for gateway in [patient, hasty] { try check(log: gateway.stop(), way.format, answered) }
    }

    /// What there is when nothing but the asking is: connections that are over may take a moment.
    private func atRest(_ gateway: HostileGateway) throws -> HostileGateway.Leftovers {
        try untilHeld { (try? gateway.leftovers().connections) == 1 }
        return try gateway.leftovers()
    }

    private func check(_ answers: [HostileAnswer], _ entry: HostileRequest, marker: String) {
        let words = Comment(rawValue: "\(entry.description): \(answers)")
        var kinds = answers.map(\.kind)
        // A client's end of its side may be noticed as late as its time is over.
        if entry.ending == .fin, kinds.last?.status == 408 { kinds.removeLast() }
        if entry.staysOpen {
            #expect(kinds == entry.answers + [HostileAnswer.Kind(status: 404, code: "not-found")], words)
            #expect(answers.last?.requestID == marker, words)
        } else {
            #expect(kinds == entry.answers, words)
        }
        #expect(answers.filter { $0.requestID == marker }.count == (entry.staysOpen ? 1 : 0), words)
        #expect(!answers.contains { $0.requestID?.contains(HostileRequest.hidden) == true }, words)
        #expect(answers.allSatisfy { $0.fault == nil }, words)
    }

    /// Each record is one line, nothing of a request stands in it as it came, and no request is there that was not sent.
    private func check(log text: String, _ format: String, _ answered: Set<String>) throws {
        #expect(text.hasSuffix("\n"))
        #expect(!text.contains(HostileRequest.hidden))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        var markers: [String] = []
        for line in lines {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }, "\(line)")
            let id: String?
            if format == "json" {
                let record = try JSONText(validating: Array(line.utf8), limits: .lenient).slice
                #expect(record.member("time")?.string != nil && record.member("message")?.string != nil, "\(line)")
                id = record.member("request_id")?.string
            } else {
                #expect(
                    line.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+Z [a-z]+ slipgate[a-z.]*: [A-Za-z].*/) != nil, "\(line)"
                )
                id = line.firstMatch(of: /request_id=(\S+)/).map { String($0.1) }
            }
            if let id, id.hasPrefix("marker-") { markers.append(id) }
        }
        #expect(Set(markers).count == markers.count, "a request was served twice")
        #expect(answered.isSuperset(of: markers))
    }

    @Test func theCorpusNamesEachEntryOnceAndHasAllOfItsFiles() throws {
        let entries = try HostileRequest.all.get()
        #expect(entries.count > 400)
        let names = entries.map { "\($0.place.prefix { $0 != ":" }) \($0.name)" }
        #expect(Set(names).count == names.count)
        #expect(entries.allSatisfy { !$0.text.isEmpty || $0.ending != .marker })
    }
}

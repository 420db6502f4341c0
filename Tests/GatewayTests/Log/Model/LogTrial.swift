import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Takes the same steps in a gateway and in the model, and compares all answers after each.
struct LogTrial {
    private struct Wait {
        let pending: GatewayHarness.Pending
        /// Nil once it is answered.
        var reader: ModelReader?
        var answer: String?
    }

    private let session: SessionHarness
    private let epoch: String
    private var model: LogModel
    private var time = 0
    private var waits: [Wait] = []
    private var streams: [(real: StreamHarness, model: ModelStream)] = []
    /// What cursors were told; every entry is behind the first.
    private var told = [0]

    /// What differs first; nil when nothing does.
    static func difference(_ steps: [LogStep], limits: LogModel.Limits = LogModel.Limits()) throws -> String? {
        var trial = try LogTrial(limits)
        for step in steps {
            if let difference = try trial.take(step) ?? trial.differenceOfWaits() { return "\(step): \(difference)" }
        }
        return try trial.end()
    }

    private init(_ limits: LogModel.Limits) throws {
        let harness = GatewayHarness {
            $0.streams.heartbeat = .seconds(3_600)
            $0.streams.lifetime = .seconds(3_600)
        }
        session = try harness.session(#","log":{"max_entries":8,"max_age":"6500ms"},"idle_timeout":"1h""#)
        try session.join()
        epoch = String(try session.latest().prefix { $0 != "-" })
        model = LogModel(limits: limits)
        for word in ["connected", "joined"] { model.append(word, isMessage: false, at: 0) }
    }

    private mutating func take(_ step: LogStep) throws -> String? {
        switch step {
        case .messages(let events):
            session.link.handler.transportReceived(
                events.map { .text(Array(#"["1",null,"t","\#($0)",{}]"#.utf8)) })
            session.harness.time.run()
            for event in events { model.append(event, at: time) }
            for index in waits.indices { advance(index) }
            for index in streams.indices { streams[index].model.grew(model) }
        case .read(let query):
            model.expire(at: time)
            var reader = ModelReader(query, position: position(query.after))
            let pending = try send(query)
            let expected = reader.advance(in: model) ?? reader.timeout
            told.append(reader.position)
            return difference(pending, expected)
        case .wait(let query, let seconds):
            model.expire(at: time)
            let deadline = time + seconds * 1_000 + 500
            let reader = ModelReader(query, position: position(query.after), deadline: deadline)
            waits.append(Wait(pending: try send(query, "wait=\(seconds).5"), reader: reader))
            advance(waits.count - 1)
        case .hangUp(let number):
            guard let index = chosen(number, waits.count) else { return nil }
            waits[index].pending.hangUp()
            waits[index].reader = nil
        case .stream(let after, let event):
            model.expire(at: time)
            let position = position(after)
            let query = "after=\(text(after))" + (event.map { "&event=\($0)" } ?? "")
            streams.append(
                (try .lines(session, "/messages?\(query)"), ModelStream(event: event, position: position, in: model)))
            return try takeFromStream(streams.count - 1)
        case .take(let number):
            guard let index = chosen(number, streams.count) else { return nil }
            return try takeFromStream(index)
        case .leave(let number):
            guard let index = chosen(number, streams.count) else { return nil }
            streams.remove(at: index).real.body.abandon()
        case .release(let number):
            let through = position(.told(number))
            try session.send(.delete, "/messages?through=\(epoch)-\(through)")
            model.release(through: through)
        case .advance(let seconds):
            session.harness.time.advance(by: .seconds(seconds))
            time += seconds * 1_000
            for index in waits.indices {
                guard let reader = waits[index].reader, reader.deadline < time else { continue }
                answer(index, reader.timeout, reader.position)
            }
        }
        return nil
    }

    /// The session ends, and with it all that still waits.
    private mutating func end() throws -> String? {
        for index in streams.indices {
            if let difference = try takeFromStream(index) { return difference }
        }
        try session.send(.delete, "")
        for wait in waits where wait.reader != nil {
            guard wait.pending.status == 410 else { return "a wait outlives its session: \(wait.pending.text)" }
        }
        for stream in streams where try stream.real.records().last?.member("reason")?.string != "session-ended" {
            return "a stream outlives its session"
        }
        return nil
    }

    private mutating func advance(_ index: Int) {
        guard var reader = waits[index].reader else { return }
        let words = reader.advance(in: model)
        waits[index].reader = reader
        if let words { answer(index, words, reader.position) }
    }

    private mutating func answer(_ index: Int, _ words: String, _ position: Int) {
        waits[index].answer = words
        waits[index].reader = nil
        told.append(position)
    }

    private func differenceOfWaits() -> String? {
        for wait in waits {
            if let answer = wait.answer {
                if let difference = difference(wait.pending, answer) { return difference }
            } else if wait.reader != nil, !wait.pending.isWaiting {
                return "expected to wait, and got \(words(wait.pending))"
            }
        }
        return nil
    }

    private mutating func takeFromStream(_ index: Int) throws -> String? {
        let expected = streams[index].model.take(model)
        let words = words(of: try streams[index].real.records())
        return words == expected ? nil : "expected \(expected), and got \(words)"
    }

    private func difference(_ pending: GatewayHarness.Pending, _ expected: String) -> String? {
        let words = pending.isWaiting ? "none" : words(pending)
        return words == expected ? nil : "expected \(expected), and got \(words)"
    }

    private func send(_ query: LogStep.Query, _ wait: String = "wait=0") throws -> GatewayHarness.Pending {
        let event = query.event
        guard query.isAwait else {
            let path = "/messages?after=\(text(query.after))&limit=\(query.limit)&\(wait)"
            return try session.send(.get, path + (event.map { "&event=\($0)" } ?? ""))
        }
        let members = #"{"after":"\#(text(query.after))","count":\#(query.limit)"#
        return try session.send(.post, "/await?\(wait)", members + (event.map { #","event":"\#($0)"}"# } ?? "}"))
    }

    private func position(_ after: LogStep.After) -> Int {
        switch after {
        case .oldest: model.gone
        case .latest: model.last
        case .told(let number): told[number % told.count]
        }
    }

    private func text(_ after: LogStep.After) -> String {
        switch after {
        case .oldest: "oldest"
        case .latest: "latest"
        case .told: "\(epoch)-\(position(after))"
        }
    }

    private func chosen(_ number: Int, _ count: Int) -> Int? { count == 0 ? nil : number % count }

    private func words(_ pending: GatewayHarness.Pending) -> String {
        let json = pending.json
        let status = pending.status == 200 ? "" : "\(pending.status ?? 0) "
        let gap = json.member("gap").map { " " + words(of: [$0]) } ?? ""
        let more = json.member("more")?.bool.map { " more \($0)" } ?? ""
        let entries = words(of: json.member("messages")?.elements() ?? [])
        return "\(status)[\(entries)]\(gap) next \(number(json, "next"))\(more)"
    }

    private func words(of entries: [JSONSlice]) -> String {
        entries.map { entry in
            let kind = entry.member("kind")?.string ?? ""
            let lost = "(\(entry.member("reason")?.string ?? ""),\(entry.member("dropped")?.integer ?? -1))"
            return (kind == "gap" ? kind + lost : entry.member("event")?.string ?? kind) + "#" + number(entry, "cursor")
        }.joined(separator: " ")
    }

    private func number(_ json: JSONSlice, _ member: String) -> String {
        String(json.member(member)?.string?.drop { $0 != "-" }.dropFirst() ?? "none")
    }
}

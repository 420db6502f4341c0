import PhoenixChannels
import Synchronization

/// What a client sends.
extension ChaosClient {
    /// The time between two rounds of the load.
    private static let pace = Duration.milliseconds(200)...Duration.milliseconds(400)
    /// Every so many rounds there are several pushes at once.
    private static let roundsABurst = 8
    private static let burst = 8
    /// Every so many rounds there is a broadcast to the group, and to all.
    private static let roundsAGroupsBroadcast = 3
    private static let roundsABroadcast = 20
    /// Every so many rounds a push is in a hurry.
    private static let roundsAHurry = 5
    private static let hurry = Duration.milliseconds(200)
    private static let patience = Duration.seconds(5)
    /// A topic that has not answered after so many pushes is joined no more.
    private static let maxMarkers = 12

    /// Pushes and broadcasts until the load is over, and then until each push has its outcome.
    func push() async {
        await withDiscardingTaskGroup { group in
            var round = number
            while load.isOn {
                try? await Task.sleep(
                    for: Self.pace.lowerBound + (Self.pace.upperBound - Self.pace.lowerBound) * .random(in: 0..<1))
                round += 1
                let channel = channels[round % channels.count]
                let timeout = round % Self.roundsAHurry == 0 ? Self.hurry : Self.patience
                let unjoined = Bool.random() ? UnjoinedPush.wait : .fail
                for _ in 0..<(round % Self.roundsABurst == 0 ? Self.burst : 1) {
                    group.addTask {
                        await self.push("echo", to: channel, timeout: timeout, unjoined: unjoined)
                    }
                }
                if round % Self.roundsAGroupsBroadcast == 0 { broadcast(on: channels[1]) }
                if round % Self.roundsABroadcast == 0 { broadcast(on: channels[2]) }
            }
        }
    }

    /// Pushes on each topic until that is answered.
    ///
    /// The server pushes the marker back, and then replies: what it sent before the marker must have been seen.
    func settle() async {
        for channel in channels {
            for _ in 0..<Self.maxMarkers {
                guard let id = await push("push then reply", to: channel, timeout: Self.patience, unjoined: .wait)
                else { continue }
                markers.withLock { $0[channel.topic] = id }
                break
            }
        }
    }

    /// Pushes, waits for the outcome, and writes it down.
    ///
    /// - Returns: the push's id if it was answered.
    @discardableResult
    private func push(
        _ event: String, to channel: PhoenixChannel, timeout: Duration, unjoined: UnjoinedPush
    ) async -> String? {
        let id = nextID()
        var entry = JournalEntry(
            client: number, kind: .push, topic: channel.topic, id: id, isPatient: unjoined == .wait)
        defer { journal.add(entry) }
        do {
            let reply = try await channel.push(
                event, .json(JSONText(#"{"id":"\#(id)"}"#)), timeout: timeout, unjoined: unjoined)
            entry.cause = "reply"
            entry.answer = (try? reply.response.decode(as: ChaosPayload.self))?.id
            return reply.isOK ? id : nil
        } catch {
            (entry.cause, entry.isUnsent) = Self.outcome(error)
            return nil
        }
    }

    private func broadcast(on channel: PhoenixChannel) {
        send("broadcast_counted", to: channel) { #"{"id":"\#($0)"}"# }
    }

    /// Pushes what has no reply, or one that nobody waits for, and writes down whether it was taken.
    func send(_ event: String, to channel: PhoenixChannel, payload: (_ id: String) -> String) {
        let id = nextID()
        var entry = JournalEntry(client: number, kind: .sent, topic: channel.topic, id: id, cause: "taken")
        do {
            try channel.send(event, .json(JSONText(payload(id))))
        } catch {
            (entry.cause, entry.isUnsent) = Self.outcome(error)
        }
        journal.add(entry)
    }

    /// An error in a word or two, and whether it says that nothing was sent.
    private static func outcome(_ error: any Error) -> (cause: String, isUnsent: Bool) {
        guard let error = error as? ChannelsError else { return ("\(type(of: error))", false) }
        let cause =
            switch error {
            case .lost(let loss): "lost: \(loss.rawValue)"
            case .disconnected: "disconnected"
            default: "\(error)"
            }
        return (cause, error.isUnsent)
    }
}

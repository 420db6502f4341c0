import PhoenixChannels

/// What a client is told.
extension ChaosClient {
    /// How long a slow reader looks at each event.
    private static let slowReading = Duration.milliseconds(50)
    private static let interval = 250
    /// More than a slow reader can read.
    private static let slowReadersInterval = 20

    /// Writes down all that is told from now on, until the client disconnects.
    func follow(in group: inout DiscardingTaskGroup) {
        group.addTask { await self.followStatus() }
        for channel in channels { group.addTask { await self.follow(channel) } }
    }

    private func followStatus() async {
        for await status in socket.statuses {
            journal.add(JournalEntry(client: number, kind: .status, cause: Self.words(status)))
        }
    }

    private func follow(_ channel: PhoenixChannel) async {
        record(.joined, channel, join: Self.join(channel.joinResponse))
        count(on: channel)
        do {
            for try await event in channel.events {
                record(event, channel)
                if readsSlowly, load.isOn { try? await Task.sleep(for: Self.slowReading) }
            }
            record(.ended, channel)
        } catch {
            record(.ended, channel, cause: "\(error)")
        }
    }

    private func record(_ event: ChannelEvent, _ channel: PhoenixChannel) {
        switch event {
        case .message(let message):
            let payload = try? message.payload.decode(as: ChaosPayload.self)
            journal.add(
                JournalEntry(
                    client: number, kind: .message, topic: channel.topic, seq: payload?.seq, id: payload?.id))
        case .crashed: record(.crashed, channel)
        case .rejoined(let response, let reason):
            record(.rejoined, channel, join: Self.join(response), cause: reason.rawValue)
            count(on: channel)
        case .presence: break
        case .dropped(let count): record(.dropped, channel, count: count)
        }
    }

    private func record(
        _ kind: JournalEntry.Kind, _ channel: PhoenixChannel, join: Int? = nil, cause: String? = nil,
        count: Int? = nil
    ) {
        journal.add(
            JournalEntry(client: number, kind: kind, topic: channel.topic, join: join, cause: cause, count: count))
    }

    /// Has the server count on the client's own topic, as long as the join lasts.
    private func count(on channel: PhoenixChannel) {
        guard channel.topic == channels[0].topic else { return }
        let interval = readsSlowly ? Self.slowReadersInterval : Self.interval
        send("counter", to: channel) { #"{"id":"\#($0)","interval_ms":\#(interval)}"# }
    }

    private static func join(_ response: Payload) -> Int? {
        (try? response.decode(as: JoinResponse.self))?.echo.join
    }

    private static func words(_ status: SocketStatus) -> String {
        switch status {
        case .connecting: "connecting"
        case .connected: "connected"
        case .connectFailed(.refused(let refusal), _, _): "connect refused, \(refusal.status)"
        case .connectFailed(.timedOut, _, _): "connect timed out"
        case .connectFailed: "connect failed"
        case .disconnected(let end, _): "lost: \(end.cause)" + (end.code.map { ", \($0)" } ?? "")
        }
    }
}

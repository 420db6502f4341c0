import PhoenixChannels

/// Who is told what of the connection's events.
extension SharedSocket.State {
    typealias Told = [UInt64: [ConnectionEvent]]

    mutating func apply(_ event: ConnectionEvent, _ told: inout Told, _ wakes: inout [Wake]) {
        switch event {
        case .connected:
            isConnected = true
            tellPrimaries(event, &told)
        case .connectFailed(_, _, let retryIn):
            tellPrimaries(event, &told)
            if retryIn == nil { end(&told) }
        case .disconnected(_, let retryIn):
            isConnected = false
            connectionEnded(&told)
            tellPrimaries(event, &told)
            if retryIn == nil { end(&told) }
        case .replied(let topic, let ref, let reply):
            guard let member = pusher(of: ref, on: topic) else { return }
            told[member.id, default: []].append(.replied(topic: topic, ref: member.ref(ref), reply))
        case .replyLost(let topic, let ref, let loss):
            guard let push = pushes.removeValue(forKey: ref), let member = members[push.member] else { return }
            told[member.id, default: []].append(.replyLost(topic: topic, ref: member.ref(ref), loss))
        case .message(let topic, let name, let payload):
            // A payload that is no presence's changes nothing, and is a message like any other.
            _ = try? topics[topic]?.presence.received(name, payload)
            for (member, isTold) in topics[topic]?.members ?? [:] where isTold {
                told[member, default: []].append(event)
            }
        case .joined(let topic, let response, let rejoin): joined(topic, response, rejoin, &told)
        case .joinFailed(let topic, _, _), .topicClosed(let topic):
            // Since this came about the last one has left the topic, and one has joined it anew.
            guard connection?.has(topic) != true else { return }
            tell(event, topic, &told)
            ended(topic, &told, &wakes)
        case .left(let topic):
            tell(event, topic, &told)
            ended(topic, &told, &wakes)
        case .topicError(let topic, _):
            tell(event, topic, &told)
            if topics[topic]?.state == .joined { topics[topic]?.state = .rejoining }
        }
    }

    /// Whose push was replied to: of one that is not kept any more, who alone it can be.
    private mutating func pusher(of ref: Ref, on topic: String) -> SharedSocket.Member? {
        let member = pushes.removeValue(forKey: ref)?.member ?? topics[topic]?.untracked.pusher(of: ref)
        return member.flatMap { members[$0] }
    }

    /// What a member loses that goes, as if the connection had ended.
    func tellLosses(of member: SharedSocket.Member, keepsJoins: Bool) {
        let lost = pushes.filter { $0.value.member == member.id }.sorted { $0.key < $1.key }
        member.inbox.add(
            lost.map { .replyLost(topic: $0.value.topic, ref: member.ref($0.key), .disconnected) })
        for (name, topic) in topics.sorted(by: { $0.key < $1.key }) {
            let isTold = topic.members[member.id] ?? (topic.next.contains(member.id) ? false : nil)
            switch isTold {
            case nil: break
            case true? where topic.state != .leaving: member.inbox.lose([name])
            case .some where topic.state == .leaving && topic.members[member.id] != nil:
                member.inbox.add([.left(topic: name)])
            case .some:
                if !keepsJoins { member.inbox.add([.joinFailed(topic: name, .lost(.disconnected), rejoin: nil)]) }
            }
        }
    }

    private func tell(_ event: ConnectionEvent, _ topic: String, _ told: inout Told) {
        for member in topics[topic]?.members.keys ?? [:].keys { told[member, default: []].append(event) }
    }

    /// Only the socket that a session has as its own state.
    private func tellPrimaries(_ event: ConnectionEvent, _ told: inout Told) {
        for member in members.values where member.isPrimary { told[member.id, default: []].append(event) }
    }

    /// A member that had joined before hears of a rejoin, one that came meanwhile of a join.
    private mutating func joined(_ topic: String, _ response: Payload, _ rejoin: RejoinReason?, _ told: inout Told) {
        guard let known = topics[topic] else { return }
        // The last one may have left it while this was on its way: then others wait for that.
        if known.state != .leaving { topics[topic]?.state = .joined }
        topics[topic]?.response = response
        topics[topic]?.presence.joined()
        for (member, isTold) in known.members {
            told[member, default: []].append(
                .joined(topic: topic, response: response, rejoin: isTold ? rejoin : nil))
            topics[topic]?.members[member] = true
        }
    }

    /// The topics of members whose own state is another socket's have lost their channel.
    private mutating func connectionEnded(_ told: inout Told) {
        for (name, topic) in topics where topic.state == .joined {
            topics[name]?.state = .rejoining
            for member in topic.members.keys where members[member]?.isPrimary == false {
                told[member, default: []].append(.topicError(topic: name, payload: .emptyObject))
            }
        }
    }

    /// There will be no other connection: single topics of members are not joined anew.
    private mutating func end(_ told: inout Told) {
        hasEnded = true
        for (name, topic) in topics {
            for member in topic.members.keys where members[member]?.isPrimary == false {
                told[member, default: []].append(
                    .joinFailed(topic: name, .lost(.disconnected), rejoin: .reconnect))
            }
        }
    }

    /// The topic is joined no more; those who waited for that have it joined again.
    private mutating func ended(_ topic: String, _ told: inout Told, _ wakes: inout [Wake]) {
        guard let known = topics.removeValue(forKey: topic), !known.next.isEmpty else { return }
        do throws(CommandError) {
            guard let connection else { throw .notConnected }
            wakes.append(try connection.join(topic, params: known.params))
            let waiting = known.next.map { ($0, false) }
            topics[topic] = SharedSocket.Topic(
                params: known.params, members: Dictionary(waiting) { first, _ in first })
        } catch {
            for member in known.next {
                told[member, default: []].append(
                    .joinFailed(topic: topic, .lost(.disconnected), rejoin: nil))
            }
        }
    }
}

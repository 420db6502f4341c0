import PhoenixChannels

/// What an accepted connection asked for.
struct DemoUpgrade: Equatable {
    let mount: DemoMount
    let serializer: DemoSerializer
    let params: DemoParams
    /// The target and headers as they came: what `whoami` tells.
    let uri: String
    let userAgent: String?
    let extraHeaders: [String: String]

    /// What "disconnect" is broadcast to, where the connection has a `user_id` (transcript `disconnect_broadcast`).
    var name: String? { params["user_id"].map { "user_socket:\($0)" } }

    /// How long a channel takes to leave, so that a join sent behind it comes first (transcript
    /// `leave_then_rejoin_without_waiting.reply_lost`).
    var leaveDelay: Duration {
        DemoChannel.duration(milliseconds: params["slow_leave_ms"].flatMap { Int($0) } ?? 0)
    }

    /// The response of `whoami` (transcript `connect_params`).
    func whoami(joinRef: WireRef?) -> Payload {
        var bytes = Array(#"{"join_ref":"#.utf8)
        if let joinRef { bytes.appendJSONString(joinRef.text) } else { bytes += Array("null".utf8) }
        bytes += Array(#","params":"#.utf8)
        bytes += params.json
        bytes += Array(#","transport":"websocket","uri":"#.utf8)
        bytes.appendJSONString(uri)
        bytes += Array(#","user_agent":"#.utf8)
        if let userAgent { bytes.appendJSONString(userAgent) } else { bytes += Array("null".utf8) }
        bytes += Array(#","x_headers":{"#.utf8)
        for (index, header) in extraHeaders.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendJSONString(header.key)
            bytes.append(UInt8(ascii: ":"))
            bytes.appendJSONString(header.value)
        }
        bytes += Array("}}".utf8)
        return .json(JSONText(unchecked: bytes))
    }
}

import PhoenixChannels
import TestSupport
import Testing

/// Against recorded bytes: never what this codec wrote read by itself alone.
@Suite struct V2SerializerTests {
    /// The text and binary frames of a V2 websocket.
    private static func frames(_ direction: TranscriptRow.Direction) throws -> [(name: String, frame: Frame)] {
        try Transcript.all
            .filter { $0.name != "connect_missing_vsn_v1" && $0.name != "malformed_topic_not_a_string" }
            .flatMap { transcript in
                transcript.rows.compactMap { row in
                    guard row.direction == direction, let frame = row.frame else { return nil }
                    return (transcript.name, frame)
                }
            }
    }

    @Test func whatTheServerSentIsReadAndWrittenToTheSameBytes() throws {
        let frames = try Self.frames(.recv)
        #expect(frames.count > 300)
        for (name, frame) in frames {
            let message = try V2Serializer.decode(frame, by: .server)
            #expect(try V2Serializer.encode(message, by: .server) == frame, "\(name): \(message)")
        }
    }

    @Test func whatClientsSentIsReadAndWrittenToTheSameValue() throws {
        let malformed = [
            "malformed_json", "malformed_empty_text", "malformed_object_on_v2", "malformed_short_array",
            "binary_malformed", "binary_wrong_kind", "push_extra_array_elements", "binary_push_empty_join_ref",
        ]
        let frames = try Self.frames(.send).filter { !malformed.contains($0.name) }
        #expect(frames.count > 250)
        for (name, frame) in frames {
            let message = try V2Serializer.decode(frame, by: .client)
            #expect(try V2Serializer.encode(message, by: .client).isSame(as: frame), "\(name): \(message)")
        }
    }

    @Test func aPushIsWrittenAsSlipstreamWritesIt() throws {
        let payload = Payload.json(try JSONText(#"{"a":"b"}"#))
        let message = Message(joinRef: "1", ref: "2", topic: "rooms:lobby", event: "quicksand", payload: payload)
        #expect(
            try V2Serializer.encode(message, by: .client)
                == .text(Array(#"["1","2","rooms:lobby","quicksand",{"a":"b"}]"#.utf8)))
    }

    @Test func aBinaryPushIsWrittenAsRecorded() throws {
        let message = Message(
            joinRef: "1", ref: "2", topic: "rooms:lobby", event: "echo_binary", payload: .binary([0, 1, 0xFF]))
        let recorded = try Transcript.named("binary_push_and_reply").rows.filter { $0.direction == .send }[1].frame
        #expect(try V2Serializer.encode(message, by: .client) == recorded)
    }

    @Test func theThreeBinaryFramesOfAServerAreRead() throws {
        func recorded(_ name: String) throws -> Message {
            let row = try #require(
                try Transcript.named(name).rows.first { $0.direction == .recv && $0.binary != nil })
            return try V2Serializer.decode(try #require(row.frame), by: .server)
        }
        let reply = try recorded("binary_push_and_reply")
        #expect(reply.reply == Reply(status: "ok", response: .binary([0, 1, 0xFF])))
        #expect(reply.joinRef == "1" && reply.ref == "2" && reply.topic == "rooms:lobby")
        #expect(
            try recorded("binary_server_push")
                == Message(
                    joinRef: "1", ref: nil, topic: "rooms:lobby", event: "bin",
                    payload: .binary([0, 1, 2, 0xFD, 0xFE, 0xFF])))
        #expect(
            try recorded("binary_broadcast")
                == Message(
                    joinRef: nil, ref: nil, topic: "rooms:lobby", event: "shout", payload: .binary([0xCA, 0xFE])))
    }

    @Test func aReplyHasItsStatusAndItsResponseAsBytes() throws {
        let frame = Frame.text(
            Array(#"["1","2","t","phx_reply",{"status":"weird","response":12345678901234567890}]"#.utf8))
        let message = try V2Serializer.decode(frame, by: .server)
        #expect(message.reply == Reply(status: "weird", response: .json(try JSONText("12345678901234567890"))))
        let odd = try V2Serializer.decode(.text(Array(#"["1","2","t","phx_reply",[]]"#.utf8)), by: .server)
        #expect(odd.reply == nil)
    }

    @Test func numbersStayNumbers() throws {
        let frame = Frame.text(Array(#"[1,2,"t","e",{}]"#.utf8))
        let message = try V2Serializer.decode(frame, by: .client)
        #expect(message.joinRef == WireRef("1", isNumber: true))
        #expect(message.joinRef != "1")
        #expect(try V2Serializer.encode(message, by: .client) == frame)
    }

    @Test(arguments: [
        (#"{"topic":"t"}"#, WireError.notAnArray), (#"["1","2","t","e"]"#, .tooFewElements), ("[]", .tooFewElements),
        (#"["1","2",5,"e",{}]"#, .badElement("topic")), (#"["1","2","t",null,{}]"#, .badElement("event")),
        (#"[[],"2","t","e",{}]"#, .badElement("join_ref")), (#"["1",{},"t","e",{}]"#, .badElement("ref")),
    ])
    func aTextThatIsNoMessageIsAnError(_ text: String, _ error: WireError) {
        #expect(throws: error) { try V2Serializer.decode(.text(Array(text.utf8)), by: .client) }
    }

    @Test func aTextThatIsNotJSONIsAnError() {
        for text in ["", "{not json", #"["1","2","t","e",{}"#, #"["1","2","t","e",{}]]"#] {
            #expect(throws: WireError.self) { try V2Serializer.decode(.text(Array(text.utf8)), by: .server) }
        }
    }

    @Test func aBinaryFrameCutShortAnywhereIsAnError() throws {
        let names: [UInt8] = [0, 1, 1, 1, 1, 0x31, 0x32, 0x74, 0x65]
        #expect(try V2Serializer.decode(.binary(names), by: .client).payload == .binary([]))
        for length in 0..<names.count {
            #expect(throws: WireError.binaryTooShort, "\(length) bytes") {
                try V2Serializer.decode(.binary(Array(names.prefix(length))), by: .client)
            }
        }
        #expect(throws: WireError.unknownBinaryKind(9)) { try V2Serializer.decode(.binary([9] + names), by: .server) }
    }

    @Test func aNameOf255BytesIsTheLongestInABinaryFrame() throws {
        func encoded(_ length: Int) throws -> Frame {
            try V2Serializer.encode(
                Message(
                    joinRef: "1", ref: "2", topic: String(repeating: "t", count: length), event: "e",
                    payload: .binary([])), by: .client)
        }
        #expect(try encoded(255).count == 5 + 2 + 255 + 1)
        #expect(throws: WireError.badName("topic")) { try encoded(256) }
    }
}

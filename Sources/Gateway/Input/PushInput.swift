import FoundationEssentials
import HTTPCore
import PhoenixChannels

/// Reads what is to be pushed out of a request.
enum PushInput {
    static func errorsAre200(_ query: QueryReader) throws(Problem) -> Bool {
        switch query["reply_errors"] {
        case nil, "422": return false
        case "200": return true
        case .some: throw .invalidRequest("The query's 'reply_errors' must be 200 or 422.", .parameter("reply_errors"))
        }
    }

    /// The member `payload`; `{}` when it is absent.
    ///
    /// `alternative` is how the object that stands for bytes is sent as it is.
    static func payload(_ body: BodyReader, alternative: String? = "use ?event=") throws(Problem) -> Payload {
        guard let payload = body.present("payload") else { return .json(.emptyObject) }
        return try binary(payload, body, alternative) ?? .json(payload.text)
    }

    /// The body as the payload itself: bytes if it is sent as such, else JSON.
    static func wholePayload(_ request: Request) throws(Problem) -> Payload {
        if MediaType.of(request).isBinary { return .binary(request.body) }
        do throws(Problem) {
            return .json(try BodyReader.json(request, depth: 0))
        } catch {
            throw error.saying(
                error.detail + " Bytes are pushed with Content-Type: application/octet-stream.",
                retryable: error.retryable)
        }
    }

    /// `{"$binary":"<base64>"}`, as the whole payload, stands for its bytes.
    private static func binary(
        _ payload: JSONSlice, _ body: BodyReader, _ alternative: String?
    ) throws(Problem) -> Payload? {
        let members = payload.members()
        guard payload.kind == .object, members.count == 1, let member = members.first, member.name == "$binary" else {
            return nil
        }
        guard let text = member.value.string, let data = Data(base64Encoded: text) else {
            let advice = alternative.map { "; to send such an object, \($0)" } ?? ""
            throw body.refusal("payload/$binary", "must be a string of base64\(advice)")
        }
        return .binary(Array(data))
    }
}

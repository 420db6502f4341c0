import CMicroHTTPD
import Glibc
import HTTPCore
import HTTPTypes

/// One of libmicrohttpd's connections, good for the length of a request.
///
/// All but `resume` is called on its worker's thread, inside a callback.
@safe struct ConnectionHandle: Sendable {
    /// The C connection, alive until the request is completed.
    private nonisolated(unsafe) let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    var descriptor: Int32 { unsafe slipgate_connection_fd(pointer) }

    func suspend() { unsafe MHD_suspend_connection(pointer) }

    /// From any thread.
    func resume() { unsafe MHD_resume_connection(pointer) }

    /// The head's fields in their order; a name that HTTP doesn't allow comes as an empty list's nil.
    func headers() -> HTTPFields? {
        let gathering = HeaderGathering()
        unsafe MHD_get_connection_values(
            pointer, .HEADER_KIND, gatherHeader, Unmanaged.passUnretained(gathering).toOpaque())
        return gathering.isValid ? gathering.fields : nil
    }

    /// Queues the response; `requestID` goes along.
    ///
    /// False when there is no memory for it.
    func answer(_ response: Response, requestID: String) -> Bool {
        let made = unsafe response.body.withUnsafeBytes { body in
            unsafe MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made = unsafe made else { return false }
        for field in response.headers { unsafe MHD_add_response_header(made, field.name.rawName, field.value) }
        unsafe MHD_add_response_header(made, "Cache-Control", "no-store")
        unsafe MHD_add_response_header(made, "X-Request-Id", requestID)
        defer { unsafe MHD_destroy_response(made) }
        return unsafe MHD_queue_response(pointer, UInt32(response.status.code), made) == .YES
    }
}

/// Takes the fields of a head out of C, for the length of one call.
private final class HeaderGathering {
    var fields: HTTPFields = [:]
    var isValid = true
}

/// Called for each field of a head, inside `headers()`, which holds the gathering.
private func gatherHeader(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, value: UnsafePointer<CChar>?
) -> MHD_Result {
    guard let context = unsafe context, let name = unsafe name else { return .NO }
    let gathering = unsafe Unmanaged<HeaderGathering>.fromOpaque(context).takeUnretainedValue()
    guard let name = unsafe HTTPField.Name(String(cString: name)) else {
        gathering.isValid = false
        return .NO
    }
    let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
    guard HTTPField.isValidValue(text) else {
        gathering.isValid = false
        return .NO
    }
    gathering.fields.append(HTTPField(name: name, value: text))
    return .YES
}

import CMicroHTTPD
import HTTPCore
import HTTPTypes

/// One of libmicrohttpd's connections, good for the length of a request.
///
/// All but `resume` is called on its worker's thread, inside a callback.
@safe struct ConnectionHandle: Sendable {
    /// Bytes of a stream that libmicrohttpd asks for at once; for one in chunks it takes what its own buffer holds.
    private static let streamBlock = 4096

    /// The C connection, alive until the request is completed.
    private nonisolated(unsafe) let pointer: OpaquePointer
    private let isHead: Bool
    private let worker: WorkerContext

    init(_ pointer: OpaquePointer, _ line: RequestLine, _ worker: WorkerContext) {
        unsafe self.pointer = unsafe pointer
        self.worker = worker
        isHead = unsafe line.isHead
    }

    /// Bytes of the request's line and fields.
    var headSize: Int { unsafe slipgate_head_size(pointer) }

    func suspend() { unsafe MHD_suspend_connection(pointer) }

    /// From any thread.
    ///
    /// libmicrohttpd wakes no thread that isn't its own: the worker is woken after it.
    func resume() {
        unsafe MHD_resume_connection(pointer)
        worker.wakeUp.wake()
    }

    /// Something was done for it.
    func worked() { worker.worked() }

    /// The head's fields in their order; nil when one has a name or value that HTTP doesn't allow, or a NUL byte hides some.
    func headers(behind line: RequestLine) -> HTTPFields? {
        let gathering = unsafe HeaderGathering(behind: line)
        unsafe Callbacks.gatherHeaders(of: pointer, in: gathering)
        // It counts from the method on.
        return unsafe gathering.isWhole(at: Int(bitPattern: line.method) + headSize) ? gathering.fields : nil
    }

    /// No 100 is sent, whatever the head says; as long as the head has just been told of.
    func ignoreExpectation() { unsafe Callbacks.hideExpectation(of: pointer) }

    /// Queues the response; false when there is no memory for it.
    func answer(_ response: Response, to exchange: Exchange) -> Bool {
        guard let made = unsafe make(response, exchange) else { return false }
        defer { unsafe MHD_destroy_response(made) }
        for field in response.headers { unsafe MHD_add_response_header(made, field.name.rawName, field.value) }
        unsafe MHD_add_response_header(made, "Cache-Control", "no-store")
        unsafe MHD_add_response_header(made, "X-Request-Id", exchange.requestID)
        return unsafe MHD_queue_response(pointer, UInt32(response.status.code), made) == .YES
    }

    private func make(_ response: Response, _ exchange: Exchange) -> OpaquePointer? {
        guard let stream = response.stream else {
            return unsafe response.body.withUnsafeBytes { body in
                unsafe MHD_create_response_from_buffer(
                    body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
            }
        }
        let pump = StreamPump(stream, beginning: response.body, self, exchange)
        let made = unsafe Callbacks.response(from: pump, block: Self.streamBlock)
        // libmicrohttpd would send the end of the chunks, though nothing of what is before it.
        if isHead, let made = unsafe made { unsafe slipgate_end_with_connection(made) }
        return unsafe made
    }
}

import CMicroHTTPD
import Glibc
import HTTPCore
import Synchronization

/// What libmicrohttpd calls, on the worker's thread, and the only place where references cross into C.
///
/// A worker's context is its `WorkerContext`, which outlives it: `Worker` holds it until after its thread's end. A
/// connection's own pointer is its `ClientConnection`, a request's its `Exchange`, a streamed response's its
/// `StreamPump`.
enum Callbacks {
    /// The daemon's functions, and the pointer that each gets first.
    @unsafe struct Table {
        let context: UnsafeMutableRawPointer
        let handler: MHD_AccessHandlerCallback
        let completed: MHD_RequestCompletedCallback
        let connectionChanged: MHD_NotifyConnectionCallback
        let target:
            @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) ->
                UnsafeMutableRawPointer?
        let log: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void
    }

    static func table(for context: WorkerContext) -> Table {
        unsafe Table(
            context: Unmanaged.passUnretained(context).toOpaque(), handler: handleRequest, completed: requestCompleted,
            connectionChanged: connectionChanged, target: requestBegan, log: logMessage)
    }

    /// The context that libmicrohttpd hands back.
    fileprivate static func worker(_ context: UnsafeMutableRawPointer) -> WorkerContext {
        unsafe Unmanaged<WorkerContext>.fromOpaque(context).takeUnretainedValue()
    }

    /// Has the fields of a connection's request added to the gathering, before it returns.
    static func gatherHeaders(of connection: OpaquePointer, in gathering: HeaderGathering) {
        unsafe MHD_get_connection_values_n(
            connection, .HEADER_KIND, gatherHeader, Unmanaged.passUnretained(gathering).toOpaque())
    }

    /// Has libmicrohttpd see an empty query: the target is parsed here.
    ///
    /// It would make a record of each item out of the connection's memory, and not notice when that runs out
    /// (`parse_initial_message_line` in its connection.c, which looks for the query before it calls back here).
    static func hideQuery(_ bytes: [UInt8], at target: UnsafePointer<CChar>) {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return }
        unsafe UnsafeMutablePointer(mutating: target)[mark + 1] = 0
    }

    /// Has libmicrohttpd see another `Expect` than the one that it knows.
    ///
    /// It would wait for a body where there is none, and take what comes behind the head for that (`CONTINUE_SENT` in its
    /// connection.c): a request that was sent ahead.
    static func hideExpectation(of connection: OpaquePointer) {
        guard let value = unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, "Expect"), unsafe value[0] != 0
        else { return }
        unsafe UnsafeMutablePointer(mutating: value)[0] = CChar(UInt8(ascii: "-"))
    }

    /// A response whose body the pump brings.
    ///
    /// Retains the pump; `releasePump` releases it, which libmicrohttpd calls when the response is freed.
    static func response(from pump: StreamPump, block: Int) -> OpaquePointer? {
        let pointer = unsafe Unmanaged.passRetained(pump).toOpaque()
        let response = unsafe MHD_create_response_from_callback(.max, block, readStream, pointer, releasePump)
        if unsafe response == nil { unsafe Unmanaged<StreamPump>.fromOpaque(pointer).release() }
        return unsafe response
    }
}

/// libmicrohttpd has a connection now, or is about to close it: on the worker's thread, its first and its last call.
///
/// Retains the connection's object, and releases it at the close.
private func connectionChanged(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, own: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    what: MHD_ConnectionNotificationCode
) {
    guard let context = unsafe context, let own = unsafe own else { return }
    let worker = unsafe Callbacks.worker(context)
    if what == .CONNECTION_NOTIFY_STARTED {
        guard let client = worker.newcomer.withLock({ $0.take() }) else { return }
        unsafe own.pointee = Unmanaged.passRetained(client).toOpaque()
    } else if let pointer = unsafe own.pointee {
        let client = unsafe Unmanaged<ClientConnection>.fromOpaque(pointer).takeRetainedValue()
        releaseForgotten(client)
        worker.closed(client)
        unsafe own.pointee = nil
    }
}

/// Ends a request whose `requestCompleted` libmicrohttpd has left out, as it does when its memory for the connection runs
/// out at the wrong moment.
private func releaseForgotten(_ client: ClientConnection) {
    guard let exchange = client.exchange else { return }
    exchange.completed()
    unsafe Unmanaged.passUnretained(exchange).release()
}

/// The request line is there: the first call for a request, on the worker's thread.
///
/// Retains the exchange; `requestCompleted` releases it, which libmicrohttpd promises to call for each of these, or else
/// `connectionChanged`.
private func requestBegan(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let target = unsafe target, let connection = unsafe connection,
        let client = unsafe slipgate_connection_context(connection)
    else { return nil }
    let core = unsafe Callbacks.worker(context).core
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: target, count: strlen(target)))
    unsafe Callbacks.hideQuery(bytes, at: target)
    let exchange = core.began(
        bytes, on: unsafe Unmanaged<ClientConnection>.fromOpaque(client).takeUnretainedValue())
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// The head is there, a piece of the body is, or the request is whole, or it was resumed: on the worker's thread.
private func handleRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let connection = unsafe connection, let method = unsafe method,
        let url = unsafe url, let version = unsafe version, let size = unsafe size,
        let request = unsafe request?.pointee
    else { return .NO }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
    let piece = unsafe UnsafeRawBufferPointer(start: data, count: size.pointee)
    unsafe size.pointee = 0
    let line = unsafe RequestLine(method: method, path: url, version: version)
    let worker = unsafe Callbacks.worker(context)
    worker.worked()
    return unsafe exchange.proceed(ConnectionHandle(connection, line, worker), line, piece)
}

/// The request has ended, answered or not: the last call for it, on the worker's thread.
private func requestCompleted(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let pointer = unsafe request?.pointee else { return }
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().completed()
    unsafe request?.pointee = nil
}

/// Called for each field of a head, inside `gatherHeaders`, whose caller holds the gathering.
private func gatherHeader(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameLength: Int,
    value: UnsafePointer<CChar>?, valueLength: Int
) -> MHD_Result {
    guard let context = unsafe context else { return .NO }
    let gathering = unsafe Unmanaged<HeaderGathering>.fromOpaque(context).takeUnretainedValue()
    let isTaken = unsafe gathering.add(
        name: UnsafeRawBufferPointer(start: name, count: nameLength),
        value: UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueLength))
    return isTaken ? .YES : .NO
}

/// libmicrohttpd can send more of a streamed body: on the worker's thread.
private func readStream(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, size: Int
) -> Int {
    guard let context = unsafe context, let buffer = unsafe buffer else { return Callbacks.endWithError }
    switch unsafe Unmanaged<StreamPump>.fromOpaque(context).takeUnretainedValue().read(size) {
    case .nothing: return 0
    case .end(.finished): return Callbacks.endOfStream
    case .end: return Callbacks.endWithError
    case .bytes(let bytes):
        unsafe UnsafeMutableRawBufferPointer(start: buffer, count: size).copyBytes(from: bytes)
        return bytes.count
    }
}

/// A streamed response is freed: on the worker's thread, once.
private func releasePump(context: UnsafeMutableRawPointer?) {
    if let context = unsafe context { unsafe Unmanaged<StreamPump>.fromOpaque(context).release() }
}

/// libmicrohttpd has something to say: on the worker's thread, or on who starts it.
private func logMessage(context: UnsafeMutableRawPointer?, message: UnsafePointer<CChar>?) {
    guard let context = unsafe context, let message = unsafe message else { return }
    unsafe Callbacks.worker(context).core.log(String(cString: message))
}

extension Callbacks {
    /// `MHD_CONTENT_READER_END_OF_STREAM` and `…_END_WITH_ERROR`: macros with a cast, which aren't imported.
    fileprivate static let endOfStream = -1
    fileprivate static let endWithError = -2
}

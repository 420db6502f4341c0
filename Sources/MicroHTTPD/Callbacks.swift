import CMicroHTTPD
import Glibc
import HTTPCore

/// What libmicrohttpd calls, on its own threads, and the only place where references cross into C.
///
/// The context of all is the `ServerCore`, which outlives the daemon: `Server` holds it until after `Daemon.stop`. A
/// request's own pointer is its `Exchange`.
enum Callbacks {
    /// The functions, and the pointer that each gets first.
    @unsafe struct Table {
        let context: UnsafeMutableRawPointer
        let handler: MHD_AccessHandlerCallback
        let completed: MHD_RequestCompletedCallback
        let target:
            @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) ->
                UnsafeMutableRawPointer?
        let log: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void
    }

    static func table(for core: ServerCore) -> Table {
        unsafe Table(
            context: Unmanaged.passUnretained(core).toOpaque(), handler: handleRequest, completed: requestCompleted,
            target: requestBegan, log: logMessage)
    }
}

/// The request line is there: the first call for a request, on the worker's thread.
///
/// Retains the exchange; `requestCompleted` releases it, which libmicrohttpd promises to call for each of these.
private func requestBegan(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let target = unsafe target else { return nil }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let exchange = core.began(
        unsafe Array(UnsafeBufferPointer(start: target, count: strlen(target)).map(UInt8.init(bitPattern:))))
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// The head is there, a piece of the body is, or the request is whole, or it was resumed: on the worker's thread.
private func handleRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection = unsafe connection, let method = unsafe method, let size = unsafe size,
        let request = unsafe request?.pointee
    else { return .NO }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
    let piece = unsafe UnsafeRawBufferPointer(start: data, count: size.pointee)
    unsafe size.pointee = 0
    return unsafe exchange.proceed(ConnectionHandle(connection), method: method, piece)
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

/// libmicrohttpd has something to say: on any of its threads.
private func logMessage(context: UnsafeMutableRawPointer?, message: UnsafePointer<CChar>?) {
    guard let context = unsafe context, let message = unsafe message else { return }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    core.log(unsafe String(cString: message))
}

import Crypto
import Foundation
import TestSupport
import Testing

/// A gateway with a tokens file and a key set, in a folder of its own; what it logs is there too.
final class GuardedGateway {
    let folder: URL
    let port: Int
    private let process: ChildProcess
    private let key = Curve25519.Signing.PrivateKey()

    /// Starts it with tokens of these names, and a key for JWTs.
    init(_ names: String..., arguments: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "slipgate-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.write(Self.entries(names), to: folder.appending(path: "tokens.yaml"))
        let x = Self.base64(key.publicKey.rawRepresentation)
        try Self.write(
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"\#(x)"}]}"#, to: folder.appending(path: "keys.json"))
        let output = Pipe()
        let command = [
            try Slipgate.path.path, "serve", "--port", "0", "--tokens-file", "tokens.yaml", "--jwt-jwks", "keys.json",
            "--jwt-issuer", "tests", "--jwt-audience", "slipgate",
        ]
        process = try ChildProcess(
            URL(filePath: "/bin/bash"), ["-c", #"cd "$0" && exec "$@" 2>log"#, folder.path] + command + arguments,
            environment: Slipgate.environment, output: output)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let digits = line.split(separator: "\n").first?.split(separator: ":").last ?? ""
        port = try #require(Int(digits), "\(line)")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The token of a name, as the tests have it.
    static func token(_ name: String) -> String { "token-of-\(name)" }

    static func entries(_ names: [String]) -> String {
        names.map { name in
            let hash = SHA256.hash(data: Data(token(name).utf8)).map { String(Int($0) + 0x100, radix: 16).dropFirst() }
                .joined()
            return "- name: \(name)\n  sha256: \(hash)\n"
        }.joined()
    }

    /// A JWT that is good for an hour.
    func jwt(_ subject: String, scope: String = "read write") throws -> String {
        let end = Int(Date().timeIntervalSince1970) + 3_600
        let claims = #"{"sub":"\#(subject)","iss":"tests","aud":"slipgate","exp":\#(end),"scope":"\#(scope)"}"#
        let parts = [#"{"alg":"EdDSA","kid":"a"}"#, claims].map { Self.base64(Data($0.utf8)) }.joined(separator: ".")
        return parts + "." + Self.base64(try key.signature(for: Data(parts.utf8)))
    }

    func setTokens(_ text: String) throws { try Self.write(text, to: folder.appending(path: "tokens.yaml")) }

    func signal(_ number: Int32) { kill(process.id, number) }

    func waitForExit() -> Int32 { process.waitForExit() }

    /// The lines that it has logged so far.
    var log: String {
        get throws {
            let text = String(decoding: try Data(contentsOf: folder.appending(path: "log")), as: UTF8.self)
            // The last may be half written.
            return text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
        }
    }

    @discardableResult
    func request(
        _ token: String?, _ method: String, _ target: String, body: String? = nil
    ) throws -> HTTPTestClient.Response {
        let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        return try HTTPTestClient(port: port).request(method, target, headers: headers, body: body)
    }

    private static func write(_ text: String, to file: URL) throws { try Data(text.utf8).write(to: file) }

    private static func base64(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

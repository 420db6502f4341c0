import Foundation
import MicroHTTPD
import Settings
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CommandLineTests {
    private func run(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        try Slipgate.run(Slipgate.path, arguments)
    }

    @Test func versionAndHelpArePrinted() throws {
        let version = try run("--version")
        #expect(version.status == 0 && version.output == "0.1.0\n")
        let help = try run("--help")
        #expect(help.status == 0)
        for command in ["serve", "phoenix", "demo"] { #expect(help.output.contains(command)) }
        #expect(try run("serve", "--help").output.contains("--allow-uris"))
    }

    @Test(arguments: ["0.0.0.0", "192.168.0.1", "::", "localhost", "example.com", "127.0.0.1.example.com"])
    func withoutAccessControlAnotherHostThanLoopbackIsRefused(_ host: String) throws {
        let result = try run("serve", "--host", host, "--port", "0")
        let words = ListenAddress(host, port: 0) == nil ? "must be an IP address" : "is not loopback's"
        #expect(result.status == 78 && result.errors.contains(words), "\(result.errors)")
    }

    @Test func wrongArgumentsAreRefused() throws {
        #expect(try run("serve", "--port", "70000").status == 78)
        let level = try run("serve", "--log-level", "loud")
        #expect(level.status == 78 && level.errors.contains("log_level of the command line must be trace"))
        #expect(try run("serve", "--prot", "1").status == 64)
        #expect(try run("nope").status == 64)
    }

    /// A flag for each setting, and none beside them.
    @Test func everySettingIsTakenFromTheCommandLine() throws {
        let arguments = Setting.all.flatMap { [$0.flag, $0.standard] }
        let result = try Slipgate.run(Slipgate.path, ["config"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count { $0.hasSuffix("# the command line") } == Setting.all.count)
    }

    @Test func aPortThatIsTakenIsAnErrorInWords() throws {
        let listener = try RawListener()
        for command in ["serve", "phoenix"] {
            let result = try run(command, "--port", "\(listener.port)")
            #expect(result.status == 1)
            #expect(result.errors.contains("port \(listener.port)"), "\(result.errors)")
        }
        let serve = try run("serve", "--port", "\(listener.port)")
        #expect(serve.errors.contains("port \(listener.port): Address already in use"), "\(serve.errors)")
    }

    @Test func whatCanNotBeWrittenIsNoSuccessAndATokenWithoutItsEntryIsNotTold() throws {
        for arguments in [["token", "ann"], ["config"]] {
            let result = try Slipgate.run(
                URL(filePath: "/bin/bash"), ["-c", #"exec "$0" "$@" >/dev/full"#, try Slipgate.path.path] + arguments)
            #expect(result.status == 1 && result.errors.contains("No space left on device"), "\(result)")
            #expect(!result.errors.contains("slipgate_"))
        }
    }

    @Test func fewDescriptorsAreWarnedOfAndEnoughAreNot() throws {
        let few = try Slipgate("serve", "--port", "0", "--drain-timeout", "10m", ulimit: "-n 256")
        #expect(try few.client().request("GET", "/livez").status == 200)
        few.signal(SIGTERM)
        let warning = few.waitForErrors()
        #expect(warning.contains("warning") && warning.contains("Few file descriptors"), "\(warning)")
        #expect(warning.contains("connections=128") && warning.contains("descriptors=256"), "\(warning)")
        // What the shell gives is raised to what the system allows.
        for limit in ["-n 20000", "-Sn 256"] {
            let usual = try Slipgate("serve", "--port", "0", ulimit: limit)
            usual.signal(SIGTERM)
            #expect(!usual.waitForErrors().contains("warning"))
        }
    }

    @Test func theFirstLineHasTheAddress() throws {
        let gateway = try Slipgate("serve", "--port", "0")
        #expect(gateway.firstLines == ["Slipgate listens on http://127.0.0.1:\(try gateway.port())"])
        #expect(try gateway.client().request("GET", "/livez").status == 200)
        let phoenix = try Slipgate("phoenix", "--port", "0")
        #expect(
            phoenix.firstLines
                == ["Demo Phoenix listens on ws://127.0.0.1:\(try phoenix.port())/socket/websocket"])
        _ = try WebSocketTestClient(port: try phoenix.port())
        let six = try Slipgate("serve", "--host", "::1", "--port", "0")
        #expect(six.firstLines[0].hasPrefix("Slipgate listens on http://[::1]:"))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsItWithZero(_ signal: Int32) throws {
        for slipgate in [
            try Slipgate("serve", "--port", "0"), try Slipgate("phoenix", "--port", "0"),
            try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 2),
        ] {
            slipgate.signal(signal)
            #expect(slipgate.waitForExit() == 0, "\(slipgate.firstLines)")
        }
    }

    @Test func asItStopsItServesOnForAWhileAndSaysThatItIsNotReady() throws {
        let gateway = try Slipgate("serve", "--port", "0", "--drain-delay", "500s", "--drain-timeout", "1000s")
        let client = try gateway.client()
        #expect(try client.request("GET", "/readyz").status == 200)
        gateway.signal(SIGTERM)
        var ready = try client.request("GET", "/readyz")
        while ready.status == 200 { ready = try client.request("GET", "/readyz") }
        #expect(ready.status == 503 && ready.string("code") == "draining")
        #expect(try gateway.client().request("GET", "/livez").status == 200)
        // Who asks again wants no more waiting.
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 128 + SIGTERM)
    }

    @Test func theContractIsServedAsItStandsInTheRepository() throws {
        let gateway = try Slipgate("serve", "--port", "0")
        let served = try gateway.client().request("GET", "/openapi.yaml")
        #expect(served["Content-Type"] == "application/yaml")
        #expect(served.body == Array(try Data(contentsOf: Slipgate.root.appending(path: "openapi.yaml"))))
    }
}

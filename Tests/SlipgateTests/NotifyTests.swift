import Foundation
import TestSupport
import Testing

/// What a service manager is told by the program as it runs: sd_notify(3).
@Suite(.timeLimit(.minutes(10))) struct NotifyTests {
    private func start(_ arguments: [String], _ variables: [String: String]) throws -> ChildProcess {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        return try ChildProcess(Slipgate.path, arguments, environment: environment, output: Pipe())
    }

    @Test(arguments: [false, true], ["serve", "phoenix"])
    func readyIsToldOnceItListensAndStoppingBeforeItEnds(isAbstract: Bool, _ command: String) throws {
        let socket = try NotifySocket(isAbstract: isAbstract)
        let slipgate = try start([command, "--port", "0"], ["NOTIFY_SOCKET": socket.name])
        let ready = try socket.receive()
        #expect(ready.first == "READY=1")
        let status = try #require(ready.last)
        #expect(status.hasPrefix("STATUS=") && status.contains(" listens on "))
        let port = try #require(status.split(separator: ":").last?.prefix { $0.isNumber })
        _ = try RawSocket(port: #require(Int(port)))
        kill(slipgate.id, SIGTERM)
        #expect(try socket.receive() == ["STOPPING=1"])
        #expect(slipgate.waitForExit() == 0)
    }

    @Test func aWatchThatIsAskedForIsKept() throws {
        let socket = try NotifySocket()
        let variables = ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "100000"]
        let slipgate = try start(["serve", "--port", "0"], variables)
        var told: [[String]] = []
        while told.count(where: { $0 == ["WATCHDOG=1"] }) < 3 { told.append(try socket.receive()) }
        #expect(told.count == 4 && told.contains { $0.first == "READY=1" })
        kill(slipgate.id, SIGTERM)
        while try socket.receive() != ["STOPPING=1"] {}
        #expect(slipgate.waitForExit() == 0)
    }
}

import Foundation
import TestSupport
import Testing

/// What a service manager is told by the program as it runs: sd_notify(3).
@Suite(.timeLimit(.minutes(10))) struct NotifyTests {
    private func start(
        _ arguments: [String], _ variables: [String: String], output: Pipe = Pipe()
    ) throws -> ChildProcess {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        return try ChildProcess(Slipgate.path, arguments, environment: environment, output: output)
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
        // It is alive before it is ready, be it three times.
        while told.count(where: { $0 == ["WATCHDOG=1"] }) < 3 || !told.contains(where: { $0.first == "READY=1" }) {
            told.append(try socket.receive())
        }
        #expect(told.count(where: { $0 != ["WATCHDOG=1"] }) == 1, "\(told)")
        kill(slipgate.id, SIGTERM)
        while try socket.receive() != ["STOPPING=1"] {}
        #expect(slipgate.waitForExit() == 0)
    }

    @Test func aManagerThatReadsNothingHoldsUpNeitherStartNorStop() throws {
        let socket = try NotifySocket()
        socket.fill()
        let output = Pipe()
        let variables = ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000"]
        let slipgate = try start(["serve", "--port", "0"], variables, output: output)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(line.contains(" listens on "))
        kill(slipgate.id, SIGTERM)
        try untilHeld { try slipgate.isOver }
        #expect(slipgate.waitForExit() == 0)
        withExtendedLifetime(socket) {}
    }
}

import Glibc
import Supervision
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ServiceManagerTests {
    @Test(arguments: ["", "vsock:2:1234", "relative", "/" + String(repeating: "x", count: 107)])
    func withoutASocketThatCanBeThereIsNone(_ name: String) {
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": name]) == nil)
    }

    @Test func withoutTheVariableThereIsNone() {
        #expect(ServiceManager(environment: [:]) == nil)
    }

    @Test(arguments: [false, true])
    func whatIsToldArrivesAtEitherKindOfName(isAbstract: Bool) throws {
        let socket = try NotifySocket(isAbstract: isAbstract)
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        #expect(manager.tell(.ready(status: "Listens")) && manager.tell(.stopping))
        #expect(try socket.receive() == ["READY=1", "STATUS=Listens"])
        #expect(try socket.receive() == ["STOPPING=1"])
    }

    @Test func aManagerThatIsGoneIsNoFailure() throws {
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"]))
        #expect(!manager.tell(.stopping))
    }

    @Test func aReloadIsToldBeforeAndAfter() async throws {
        let socket = try NotifySocket()
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        let reloads = Atomic(0)
        await manager.tellOfReload { reloads.add(1, ordering: .relaxed) }
        let before = try socket.receive()
        #expect(before.first == "RELOADING=1" && before.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(try socket.receive() == ["READY=1"])
        #expect(reloads.load(ordering: .relaxed) == 1)
    }

    @Test func theWatchIsAskedForByTimeAndByProcess() {
        func interval(_ variables: [String: String]) -> Duration? {
            ServiceManager(environment: variables.merging(["NOTIFY_SOCKET": "@x"]) { $1 })?.watchInterval
        }
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(15))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(15))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        for text in ["0", "1", "-5", "soon"] { #expect(interval(["WATCHDOG_USEC": text]) == nil) }
        #expect(interval([:]) == nil)
    }

    @Test func whatIsNotAliveIsNotToldToBe() async throws {
        let socket = try NotifySocket()
        let variables = ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000"]
        let manager = try #require(ServiceManager(environment: variables))
        let asked = Atomic(0)
        let task = Task {
            // No more than the kernel keeps of what nobody reads.
            await manager.keepTelling {
                let count = asked.add(1, ordering: .relaxed).newValue
                return count % 3 == 0 && count <= 9
            }
        }
        // What was told before is there: a read that waits would keep a thread that the task may need.
        try await until { asked.load(ordering: .relaxed) > 9 }
        for _ in 0..<3 { #expect(try socket.receive() == ["WATCHDOG=1"]) }
        task.cancel()
        await task.value
        // And no more than that.
        #expect(manager.tell(.stopping))
        #expect(try socket.receive() == ["STOPPING=1"])
    }
}

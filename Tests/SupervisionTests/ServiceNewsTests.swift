import Supervision
import Testing

/// sd_notify(3): one assignment a line.
@Suite struct ServiceNewsTests {
    @Test func eachIsAsTheManualHasIt() {
        #expect(ServiceNews.ready(status: "Listens").text == "READY=1\nSTATUS=Listens")
        #expect(ServiceNews.ready(status: nil).text == "READY=1")
        #expect(ServiceNews.stopping.text == "STOPPING=1")
        #expect(ServiceNews.alive.text == "WATCHDOG=1")
    }

    @Test func aReloadSaysWhenItBeganInMicroseconds() {
        let time = Duration.seconds(86_400) + .microseconds(7) + .nanoseconds(999)
        #expect(ServiceNews.reloading(at: time).text == "RELOADING=1\nMONOTONIC_USEC=86400000007")
    }

    @Test(arguments: ["a\nMAINPID=1", "a\r\nMAINPID=1"])
    func aStatusMakesNoLineOfItsOwn(_ status: String) {
        #expect(ServiceNews.ready(status: status).text == "READY=1\nSTATUS=a MAINPID=1")
    }
}

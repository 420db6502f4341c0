import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct DeadlineWheelTests {
    @Test func deadlinesAreDueAtTheirTickAndNeverBefore() {
        var wheel = DeadlineWheel<String>()
        _ = wheel.add(due: 5, "five")
        _ = wheel.add(due: 3, "three")
        _ = wheel.add(due: 5, "five too")
        #expect(wheel.advance(to: 2) == [])
        #expect(wheel.nextTick == 3)
        #expect(wheel.advance(to: 3) == ["three"])
        #expect(wheel.advance(to: 4) == [])
        #expect(Set(wheel.advance(to: 10)) == ["five", "five too"])
        #expect(wheel.count == 0 && wheel.nextTick == nil)
    }

    @Test func aCancelledDeadlineIsNeverDue() {
        var wheel = DeadlineWheel<Int>()
        let tokens = (0..<10).map { wheel.add(due: 7, $0) }
        for index in [0, 4, 9] { #expect(wheel.cancel(tokens[index]) == true) }
        #expect(wheel.cancel(tokens[4]) == false)
        #expect(Set(wheel.advance(to: 7)) == [1, 2, 3, 5, 6, 7, 8])
        #expect(wheel.cancel(tokens[1]) == false)
    }

    @Test func aTokenOfAPlaceUsedAgainCancelsNothing() {
        var wheel = DeadlineWheel<String>()
        let first = wheel.add(due: 1, "first")
        _ = wheel.advance(to: 1)
        _ = wheel.add(due: 5, "second")
        #expect(wheel.cancel(first) == false)
        #expect(wheel.advance(to: 5) == ["second"])
    }

    @Test func deadlinesBeyondATurnOfTheWheelWaitForTheirOwn() {
        var wheel = DeadlineWheel<String>(now: 100)
        _ = wheel.add(due: 100 + 4_096 * 3 + 1, "far")
        _ = wheel.add(due: 101, "near")
        #expect(wheel.advance(to: 101) == ["near"])
        #expect(wheel.advance(to: 4_300) == [])
        #expect(wheel.advance(to: 100 + 4_096 * 3) == [])
        #expect(wheel.advance(to: 100 + 4_096 * 3 + 1) == ["far"])
    }

    @Test func aDeadlineThatHasPassedIsDueAtOnce() {
        var wheel = DeadlineWheel<String>(now: 50)
        _ = wheel.add(due: 10, "late")
        #expect(wheel.advance(to: 51) == ["late"])
        #expect(wheel.advance(to: 40) == [])
    }

    @Test func itAgreesWithASortedListOverRandomCommands() {
        var generator = SystemRandomNumberGenerator()
        var wheel = DeadlineWheel<Int>()
        var model: [Int: UInt64] = [:]
        var tokens: [Int: DeadlineWheel<Int>.Token] = [:]
        var now: UInt64 = 0
        for number in 0..<20_000 {
            switch UInt8.random(in: 0..<10, using: &generator) {
            case 0..<6:
                let due = now + UInt64.random(in: 1...10_000, using: &generator)
                tokens[number] = wheel.add(due: due, number)
                model[number] = due
            case 6..<8:
                guard let victim = model.keys.randomElement(using: &generator), let token = tokens[victim] else {
                    continue
                }
                #expect(wheel.cancel(token) == true)
                model[victim] = nil
            default:
                now += UInt64.random(in: 1...500, using: &generator)
                let due = Set(model.filter { $0.value <= now }.keys)
                #expect(Set(wheel.advance(to: now)) == due)
                for number in due { model[number] = nil }
            }
            #expect(wheel.count == model.count)
        }
    }
}

import HTTPCore
import Testing

/// One bound over what many hold.
@Suite struct ByteBudgetTests {
    @Test func whatIsTooMuchIsNotCounted() {
        let budget = ByteBudget(limit: 10)
        #expect(budget.take(4) && budget.take(6) && !budget.take(1))
        #expect(budget.count == 10)
        budget.giveBack(4)
        #expect(!budget.take(5) && budget.take(4))
    }

    @Test func whatIsHeldAnywayLeavesNoRoomToOthers() {
        let budget = ByteBudget(limit: 10)
        budget.add(12)
        #expect(!budget.take(1) && budget.count == 12)
        budget.giveBack(12)
        #expect(budget.take(10))
    }
}

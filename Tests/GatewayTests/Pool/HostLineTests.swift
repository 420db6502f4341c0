import Testing

@testable import Gateway

@Suite struct HostLineTests {
    private let deadlines = Deadlines(time: ManualTime())

    /// Calls of these owners, whose ids are 1 and up.
    private func line(_ owners: String...) throws -> HostLine {
        var line = HostLine()
        for (index, owner) in owners.enumerated() { line.append(try .plain(UInt64(index + 1), of: owner, deadlines)) }
        return line
    }

    private func order(_ line: inout HostLine, where passes: (String, Int) -> Bool = { _, _ in true }) -> [UInt64] {
        var ids: [UInt64] = []
        while let call = line.popFirst(where: passes) { ids.append(call.id) }
        return ids
    }

    @Test func callsOfSeveralOwnersAreNextInTheOrderInWhichTheyCame() throws {
        var line = try line("b", "a", "a", "c", "b", "c", "a")
        #expect(order(&line) == [1, 2, 3, 4, 5, 6, 7])
        #expect(line.isEmpty && line.count == 0)
    }

    @Test func whoMayHaveNoMoreIsPassedByAndKeepsItsPlace() throws {
        var line = try line("a", "a", "b", "a", "c", "b")
        #expect(order(&line) { owner, _ in owner != "a" } == [3, 5, 6])
        #expect(line.count == 3 && line.count(of: "a") == 3 && line.count(of: "b") == 0)
        #expect(order(&line) == [1, 2, 4])
    }

    /// A line is looked at by its first alone.
    @Test func howManyAreLookedAtIsAsManyAsThereAreOwnersAtTheMost() throws {
        var line = HostLine()
        for id in 1...1000 as ClosedRange<UInt64> {
            line.append(try .plain(id, of: id.isMultiple(of: 2) ? "a" : "b", deadlines))
        }
        line.append(try .plain(1001, of: "c", deadlines))
        var looks = 0
        let first = line.popFirst { owner, _ in
            looks += 1
            return owner == "c"
        }
        #expect(first?.id == 1001 && looks == 3)
    }

    @Test func theShareOfTheLastThatLinedUpIsThatOfAll() throws {
        var line = HostLine()
        line.append(try .plain(1, of: "a", share: 1, deadlines))
        #expect(line.popFirst { $1 > 1 } == nil)
        line.append(try .plain(2, of: "a", share: 3, deadlines))
        #expect(line.popFirst { $1 > 2 }?.id == 1)
        #expect(line.popFirst { $1 > 3 } == nil && line.count == 1)
    }

    @Test func oneThatIsTakenOutIsNextNoMore() throws {
        var line = try line("a", "b", "a", "b")
        #expect(line.remove(1, of: "b") == nil && line.remove(9, of: "a") == nil && line.remove(1, of: "d") == nil)
        #expect(line.remove(1, of: "a")?.id == 1)
        #expect(line.remove(1, of: "a") == nil)
        #expect(line.count == 3 && Set(line.all.map(\.id)) == [2, 3, 4])
        #expect(order(&line) == [2, 3, 4])
    }
}

import PhoenixChannels
import Testing

@Suite struct JSONWalkerTests {
    /// The value written anew, without white space and escapes that need not be.
    private func rewritten(_ walker: inout JSONWalker) -> String {
        switch walker.kind {
        case .object:
            var members: [String] = []
            walker.open()
            while let name = walker.nextMember({ String(decoding: $0, as: UTF8.self) }) {
                members.append("\(name):\(rewritten(&walker))")
            }
            return "{\(members.joined(separator: ","))}"
        case .array:
            var elements: [String] = []
            walker.open()
            while walker.nextElement() { elements.append(rewritten(&walker)) }
            return "[\(elements.joined(separator: ","))]"
        case .string:
            return walker.readString { String(decoding: $0, as: UTF8.self) }
        case .number:
            return walker.readNumber().integer.map { "\($0)" } ?? "number"
        case .true, .false, .null:
            defer { walker.skip() }
            return walker.kind == .null ? "null" : "\(walker.kind == .true)"
        }
    }

    @Test(arguments: [
        (#" { "a" : [ 1 , [ ] , { } ] , "b\u0062" : "c\"]}" } "#, #"{a:[1,[],{}],bb:c"]}}"#), ("[]", "[]"),
        ("{}", "{}"), (" [ [ [ true ] , false ] , null ] ", "[[[true],false],null]"), (#""""#, ""), ("-1.0e1", "-10"),
        (#"[1,"",2]"#, "[1,,2]"), (#"{"":{"":0}}"#, "{:{:0}}"), ("1", "1"),
    ])
    func everyValueIsComeToOnce(_ text: String, _ expected: String) throws {
        #expect(try JSONText(text).slice.walk { rewritten(&$0) } == expected)
    }

    @Test(arguments: [(#"[[1,{"a":"]"},[2]],3]"#, 3), (#"[{"a":1,"b":[1,{}]} , 3]"#, 3), (#"[[1],3]"#, 3)])
    func aContainerIsLeftFromBetweenItsValues(_ text: String, _ next: Int) throws {
        let found = try JSONText(text).slice.walk { walker in
            walker.open()
            let hasFirst = walker.nextElement()
            let isObject = walker.kind == .object
            walker.open()
            let isInside = isObject ? walker.nextMember { _ in true } : walker.nextElement()
            walker.skip()
            walker.leave()
            let hasSecond = walker.nextElement()
            return hasFirst && isInside == true && hasSecond ? walker.readNumber().integer : nil
        }
        #expect(found == next)
    }

    @Test func aValueInsideATextIsWalkedAlone() throws {
        let inner = try #require(try JSONText(#"[[1,2],3]"#).slice.elements().first)
        #expect(inner.walk { rewritten(&$0) } == "[1,2]")
    }
}

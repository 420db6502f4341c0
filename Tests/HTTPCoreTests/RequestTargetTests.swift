import HTTPCore
import Testing

@Suite struct RequestTargetTests {
    private func parse(_ text: String) throws -> RequestTarget { try RequestTarget(Array(text.utf8)) }

    @Test func thePathIsSplitBeforeItIsDecoded() throws {
        #expect(
            try parse("/sessions/a/topics/rooms%3Alobby%2Fx").segments == ["sessions", "a", "topics", "rooms:lobby/x"])
        #expect(try parse("/").segments == [])
        #expect(try parse("/a//b/").segments == ["a", "", "b", ""])
        #expect(try parse("/a+b").segments == ["a+b"])
        #expect(try parse("/%C3%A9").segments == ["é"])
        #expect(try parse("/..%2f").segments == ["../"])
    }

    @Test func theQueryIsSplitBeforeItIsDecoded() throws {
        typealias Item = RequestTarget.QueryItem
        #expect(
            try parse("/?a=1&b=%26%3D&a=2&c&d=&e=x+y%2B&&f=a=b").query == [
                Item(name: "a", value: "1"), Item(name: "b", value: "&="), Item(name: "a", value: "2"),
                Item(name: "c", value: ""), Item(name: "d", value: ""), Item(name: "e", value: "x y+"),
                Item(name: "f", value: "a=b"),
            ])
        #expect(try parse("/a?").query == [])
        #expect(try parse("/a?b?c=1").query == [Item(name: "b?c", value: "1")])
    }

    @Test(arguments: [
        "", "a", "*", "http://h/a", "/a%", "/a%2", "/a%zz", "/a%00", "/?a=%00", "/a b", "/a\t", "/a\u{7f}", "/%ff",
        "/?%c3",
        "/a%2", "/%-1",
    ])
    func aTargetThatCannotBeTrustedIsRefused(_ text: String) {
        #expect(throws: RequestTarget.ParseError.self) { try parse(text) }
    }
}

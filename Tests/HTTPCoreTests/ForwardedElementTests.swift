import Testing

@testable import HTTPCore

/// RFC 7239, sections 4 and 7.
@Suite struct ForwardedElementTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let line: String
        let elements: [ForwardedElement]

        init(_ line: String, _ elements: [ForwardedElement]) {
            (self.line, self.elements) = (line, elements)
        }

        var testDescription: String { line }
    }

    private static func element(_ node: String?, _ scheme: String? = nil, _ host: String? = nil) -> ForwardedElement {
        ForwardedElement(node: node, scheme: scheme, host: host)
    }

    @Test(arguments: [
        Row("for=\"_gazonk\"", [element("_gazonk")]),
        Row("For=\"[2001:db8:cafe::17]:4711\"", [element("[2001:db8:cafe::17]:4711")]),
        Row("for=192.0.2.60;proto=http;by=203.0.113.43", [element("192.0.2.60", "http")]),
        Row("for=192.0.2.43, for=198.51.100.17", [element("192.0.2.43"), element("198.51.100.17")]),
        Row("FOR=unknown;HOST=\"a.example:8080\";PROTO=https", [element("unknown", "https", "a.example:8080")]),
        Row("for=192.0.2.1:80;host=a.example:8080", [element("192.0.2.1:80", nil, "a.example:8080")]),
        Row("", []), Row(", ,", []),
        Row("for=a;;by=b", [element("a")]), Row("for=a ; proto=http , for=b", [element("a", "http"), element("b")]),
        Row("by=a, for=b", [element(nil), element("b")]), Row("secret=\"x,for=c\";for=b", [element("b")]),
        Row(#"for="a\"b\\c, for=d""#, [element(#"a"b\c, for=d"#)]), Row("for=\"\"", [element("")]),
    ])
    func aLineIsReadFromTheFarthestToTheNearest(_ row: Row) {
        #expect(ForwardedElement.list(row.line) == row.elements)
    }

    /// What a client may send so that what a proxy puts behind it is read as something else.
    @Test(arguments: [
        "for", "for=", "=a", "for =a", "for= a", "for=a b", "for=a=b", "for=\"a", "for=\"a\\", "for=\"a\"b",
        "for=a;for=b",
        "for=\", for=192.0.2.1", "for=\", for=\"[2001:db8::1]\"", "for=a\"b\"", "for=a;FOR=b", "for=é", "\"for\"=a",
        "for=a/b", "for=(a)", "192.0.2.1", "for=a, 192.0.2.1",
    ])
    func aLineThatIsNoListOfPairsIsRefused(_ line: String) {
        #expect(ForwardedElement.list(line) == nil)
    }

    /// All beginnings of up to five of the characters that mean something, each with what a proxy puts behind it.
    @Test(arguments: [("192.0.2.1", "192.0.2.1"), ("\"[2001:db8::1]:80\"", "[2001:db8::1]:80")])
    func whateverAClientSendsFirstTheProxysOwnElementIsTheLast(_ written: String, _ node: String) {
        var beginnings = [""]
        for _ in 0..<5 {
            beginnings = [""] + beginnings.flatMap { text in ["f", "=", "\"", "\\", ";", ",", " "].map { text + $0 } }
        }
        #expect(beginnings.count == 19_608)
        let misread = beginnings.filter { beginning in
            guard let elements = ForwardedElement.list("\(beginning), for=\(written)") else { return false }
            return elements.last != ForwardedElement(node: node)
        }
        #expect(misread == [])
    }

    @Test func longLinesAreReadInOneGo() {
        #expect(ForwardedElement.list(String(repeating: "for=a,", count: 10_000))?.count == 10_000)
        #expect(ForwardedElement.list(String(repeating: ",", count: 60_000)) == [])
        #expect(ForwardedElement.list("for=\"" + String(repeating: "\\", count: 60_001)) == nil)
    }
}

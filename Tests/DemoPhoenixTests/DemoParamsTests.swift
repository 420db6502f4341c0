@testable import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

@Suite struct DemoParamsTests {
    @Test(arguments: [
        ("", "{}"), ("a=1", #"{"a":"1"}"#), ("a", #"{"a":""}"#), ("a=1&a=2", #"{"a":"2"}"#),
        ("sp=a+b%2Bc%26d", #"{"sp":"a b+c&d"}"#), ("a=b=c", #"{"a":"b=c"}"#),
        ("n%5Ba%5D=1&n[b]=2", #"{"n":{"a":"1","b":"2"}}"#), ("l[]=x&l[]=y", #"{"l":["x","y"]}"#),
        ("a[b][c][]=1", #"{"a":{"b":{"c":["1"]}}}"#), ("a[=1", #"{"a[":"1"}"#), ("[a]=1", #"{"[a]":"1"}"#),
        ("a=%zz%e4", #"{"a":"%zz\ufffd"}"#), ("a=1&a[b]=2", #"{"a":{"b":"2"}}"#), ("a=\"", #"{"a":"\""}"#),
    ])
    func aQueryIsDecodedAsPlugDoes(_ query: String, _ json: String) {
        #expect(isSameJSON(DemoParams(query: query).json, Array(json.utf8)), "\(query)")
    }

    @Test func bracketsBeyondTheBoundBelongToTheLastName() {
        let query = "a" + String(repeating: "[b]", count: 10_000) + "=1"
        let json = String(decoding: DemoParams(query: query).json, as: UTF8.self)
        #expect(json.count(where: { $0 == "{" }) == 17)
    }

    @Test(arguments: [
        (nil as String?, DemoSerializer.v1 as DemoSerializer?), ("1.0.0", .v1), ("2.0.0", .v2), ("2.0.9", .v2),
        ("2.1.0", nil), ("3.0.0", nil),
        ("2.0", nil), ("", nil), ("2.0.-1", nil), ("2.0.0.0", nil),
    ])
    func theVersionNamesTheSerializer(_ vsn: String?, _ serializer: DemoSerializer?) {
        #expect(DemoSerializer(vsn: vsn) == serializer)
    }
}

import HTTPCore
import HTTPTypes
import Testing

@Suite struct HTTPFieldsValueTests {
    @Test func aFieldThatStandsThereOnceIsItsValue() {
        let fields: HTTPFields = [.host: "localhost", .origin: ""]
        #expect(fields.value(of: .host) == "localhost")
        #expect(fields.value(of: .origin) == "")
        #expect(fields.value(of: .expect) == nil)
    }

    @Test func fieldsOfOneNameAreOneList() {
        var fields: HTTPFields = [.contentType: "text/plain"]
        for value in ["a=1", "b=2"] {
            fields.append(HTTPField(name: .cookie, value: value))
            fields.append(HTTPField(name: .accept, value: value))
        }
        for name in [HTTPField.Name.accept, .cookie, .contentType] { #expect(fields.value(of: name) == fields[name]) }
        #expect(fields.value(of: .accept) == "a=1, b=2")
    }
}

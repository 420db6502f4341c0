package import HTTPTypes

extension HTTPFields {
    /// What `self[name]` says, sooner where the field stands there once or not at all: each request is asked a dozen times.
    package func value(of name: HTTPField.Name) -> String? {
        var value: String?
        for field in self where field.name == name {
            // Several make one list.
            guard value == nil else { return self[name] }
            value = field.value
        }
        return value
    }
}

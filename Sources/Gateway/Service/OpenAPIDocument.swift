package enum OpenAPIDocument { package static let yaml = "" }

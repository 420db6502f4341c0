/// The contract as one gateway serves it.
enum ServedContract {
    /// What `openapi.yaml` says of where its paths are.
    private static let server = "\n  - url: http://127.0.0.1:8080\n"

    /// With its base path as the server, which counts from where the document is; unchanged without one.
    static func yaml(under basePath: BasePath) -> String {
        let yaml = OpenAPIDocument.yaml
        return basePath == .root
            ? yaml : yaml.replacing(server, with: "\n  - url: \(basePath.text)\n", maxReplacements: 1)
    }
}

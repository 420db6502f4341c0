/// The contract as it is served: written by .ci/embed-openapi from openapi.yaml, which is the file to change.
package enum OpenAPIDocument {
    package static let yaml = part1 + part2 + part3 + part4 + part5 + part6 + part7 + "\n"
}

import Yams

/// What is wrong with a text that is no YAML.
package enum YAMLFault {
    /// Where the parser stopped, and why, to be put behind other words; not what stands there, which may be a secret.
    package static func place(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ": line \(mark.line), column \(mark.column): \(problem)"
        case .duplicatedKeysInMapping(_, let context): ": line \(context.mark.line): a key is there twice"
        default: ""
        }
    }
}

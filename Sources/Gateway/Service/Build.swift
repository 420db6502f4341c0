/// What this is a build of.
package enum Build {
    package static let version = "0.1.0"
}

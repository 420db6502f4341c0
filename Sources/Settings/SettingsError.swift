/// Why a gateway isn't started with what it was given; names the setting, and where it was.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// EX_CONFIG of sysexits.h.
    package static let exitCode: Int32 = 78
}

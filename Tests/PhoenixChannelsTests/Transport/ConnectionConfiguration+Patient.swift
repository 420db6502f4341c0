import PhoenixChannels

extension ConnectionConfiguration {
    /// Gives up neither a connect nor a close, however busy the machine is.
    static var patient: ConnectionConfiguration {
        var configuration = ConnectionConfiguration()
        (configuration.connectTimeout, configuration.closeTimeout) = (.seconds(600), .seconds(600))
        return configuration
    }
}

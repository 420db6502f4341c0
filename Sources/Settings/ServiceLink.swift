/// What Kubernetes puts into the environment of every pod for a Service by the name of `slipgate`: addresses, and no
/// settings, though they begin as those do.
enum ServiceLink {
    /// Whether a variable is one, such as `SLIPGATE_SERVICE_HOST` or `SLIPGATE_PORT=tcp://10.0.0.1:8080`.
    static func matches(_ variable: (key: String, value: String)) -> Bool {
        variable.key.contains("_SERVICE_HOST") || variable.key.contains("_SERVICE_PORT")
            || variable.key.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)/)
            || (variable.key.hasSuffix("_PORT") && variable.value.contains("://"))
    }
}

import ArgumentParser
import FoundationEssentials
import SystemPackage

/// What `serve`, `demo` and `config` take: a flag for each setting.
package struct GatewayOptions: ParsableArguments {
    @Option(help: "A YAML file with settings; SLIPGATE_CONFIG in the environment names one, too.")
    var config: String?

    @Option(help: help("host")) var host: String?
    @Option(help: help("port")) var port: String?
    @Option(help: help("workers")) var workers: String?
    @Option(help: help("max_connections")) var maxConnections: String?
    @Option(help: help("max_connections_per_address")) var maxConnectionsPerAddress: String?
    @Option(help: help("backlog")) var backlog: String?
    @Option(help: help("reserved_descriptors")) var reservedDescriptors: String?
    @Option(help: help("trusted_proxies")) var trustedProxies: String?
    @Option(help: help("base_path")) var basePath: String?
    @Option(help: help("node")) var node: String?
    @Option(help: help("tokens_file")) var tokensFile: String?
    @Option(help: help("jwt_jwks")) var jwtJwks: String?
    @Option(help: help("jwt_issuer")) var jwtIssuer: String?
    @Option(help: help("jwt_audience")) var jwtAudience: String?
    @Option(help: help("proxy_decides_access")) var proxyDecidesAccess: String?
    @Option(help: help("requests_per_second")) var requestsPerSecond: String?
    @Option(help: help("cors_origins")) var corsOrigins: String?
    @Option(help: help("max_head")) var maxHead: String?
    @Option(help: help("max_body")) var maxBody: String?
    @Option(help: help("max_body_memory")) var maxBodyMemory: String?
    @Option(help: help("max_answer_memory")) var maxAnswerMemory: String?
    @Option(help: help("head_time")) var headTime: String?
    @Option(help: help("body_time")) var bodyTime: String?
    @Option(help: help("answer_time")) var answerTime: String?
    @Option(help: help("keep_alive")) var keepAlive: String?
    @Option(help: help("max_waiters")) var maxWaiters: String?
    @Option(help: help("max_wait")) var maxWait: String?
    @Option(help: help("default_wait")) var defaultWait: String?
    @Option(help: help("max_sessions")) var maxSessions: String?
    @Option(help: help("max_sessions_per_principal")) var maxSessionsPerPrincipal: String?
    @Option(help: help("max_topics")) var maxTopics: String?
    @Option(help: help("idle_timeout")) var idleTimeout: String?
    @Option(help: help("stream_heartbeat")) var streamHeartbeat: String?
    @Option(help: help("stream_lifetime")) var streamLifetime: String?
    @Option(help: help("max_log_memory")) var maxLogMemory: String?
    @Option(help: help("log_max_entries")) var logMaxEntries: String?
    @Option(help: help("log_max_bytes")) var logMaxBytes: String?
    @Option(help: help("log_max_age")) var logMaxAge: String?
    @Option(help: help("log_overflow")) var logOverflow: String?
    @Option(help: help("pool_max_clients")) var poolMaxClients: String?
    @Option(help: help("pool_warm_time")) var poolWarmTime: String?
    @Option(help: help("pool_max_waiting")) var poolMaxWaiting: String?
    @Option(help: help("allow_uris")) var allowUris: String?
    @Option(help: help("connect_timeout")) var connectTimeout: String?
    @Option(help: help("heartbeat_interval")) var heartbeatInterval: String?
    @Option(help: help("heartbeat_timeout")) var heartbeatTimeout: String?
    @Option(help: help("max_frame")) var maxFrame: String?
    @Option(help: help("max_outbox")) var maxOutbox: String?
    @Option(help: help("log_level")) var logLevel: String?
    @Option(help: help("log_format")) var logFormat: String?
    @Option(help: help("access_log")) var accessLog: String?
    @Option(help: help("admin_host")) var adminHost: String?
    @Option(help: help("admin_port")) var adminPort: String?
    @Option(help: help("drain_delay")) var drainDelay: String?
    @Option(help: help("drain_timeout")) var drainTimeout: String?

    package init() {}

    /// The settings of flags, environment and file; what can't be is told on standard error, and ends with exit code 78.
    package func effective() async throws -> SettingsReader.Effective {
        try await reading(orEndWith: ExitCode(SettingsError.exitCode)) { reader throws(SettingsError) in
            try reader.read()
        }
    }

    /// Where a gateway with these settings is asked for its health, whatever else they say; exit code 1 where that can't be
    /// told: to who asks for health, 78 means nothing.
    package func healthListener() async throws -> (host: String, port: UInt16) {
        try await reading(orEndWith: .failure) { reader throws(SettingsError) in try reader.healthListener() }
    }

    private func reading<R>(
        orEndWith code: ExitCode, _ read: (SettingsReader) throws(SettingsError) -> R
    ) async throws -> R {
        do throws(SettingsError) {
            return try read(
                try await SettingsReader(
                    flags: flags, environment: ProcessInfo.processInfo.environment, file: config))
        } catch {
            _ = try? FileDescriptor.standardError.writeAll("Error: \(error)\n".utf8)
            throw code
        }
    }

    /// The flags given, by their settings' keys: a property is named as its flag is, and its flag as the setting.
    private var flags: [String: String] {
        let given = Mirror(reflecting: self).children.compactMap { child -> (String, String)? in
            guard let label = child.label, let text = (child.value as? Option<String?>)?.wrappedValue else {
                return nil
            }
            let key = label.dropFirst().map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
            return key == "config" ? nil : (key, text)
        }
        return Dictionary(uniqueKeysWithValues: given)
    }

    private static func help(_ key: String) -> ArgumentHelp {
        guard let setting = Setting.named(key) else { return "" }
        return ArgumentHelp("\(setting.summary) May be \(setting.bound); default: \(setting.standard).")
    }
}
